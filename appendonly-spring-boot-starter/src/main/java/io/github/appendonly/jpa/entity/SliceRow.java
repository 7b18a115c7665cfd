package io.github.appendonly.jpa.entity;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import org.hibernate.Length;
import org.hibernate.annotations.ConcreteProxy;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/**
 * Consecutive items of one layer of a stack.
 */
@Entity(name = "AppendOnlySlice")
@Table(name = "appendonly_slice")
@IdClass(SliceRow.Key.class)
@ConcreteProxy
public abstract class SliceRow {

	@Id
	@Column(name = "stack", length = StackRow.NAME_LENGTH)
	@Convert(disableConversion = true)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private String stack;

	@Id
	@Column(name = "generation")
	@Convert(disableConversion = true)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private long generation;

	@Id
	@Column(name = "first_index")
	@Convert(disableConversion = true)
	@JdbcTypeCode(SqlTypes.INTEGER)
	private int firstIndex;

	@Column(name = "length", nullable = false)
	@Convert(disableConversion = true)
	@JdbcTypeCode(SqlTypes.INTEGER)
	private int length;

	@Column(name = "items", nullable = false, length = Length.LONG32)
	@Convert(disableConversion = true)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private String items;

	@SuppressWarnings({ "NullAway.Init", "unused" }) // for JPA
	protected SliceRow() {
	}

	public record Key(String stack, long generation, int firstIndex) {
	}

}
