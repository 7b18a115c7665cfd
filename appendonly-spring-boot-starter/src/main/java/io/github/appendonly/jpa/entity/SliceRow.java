package io.github.appendonly.jpa.entity;

import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import org.hibernate.Length;
import org.hibernate.annotations.ColumnDefault;
import org.hibernate.annotations.ConcreteProxy;
import org.hibernate.annotations.JavaType;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.descriptor.java.InstantJavaType;
import org.hibernate.type.descriptor.java.IntegerJavaType;
import org.hibernate.type.descriptor.java.LongJavaType;
import org.hibernate.type.descriptor.java.StringJavaType;

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
	@JavaType(StringJavaType.class)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private String stack;

	@Id
	@Column(name = "generation")
	@Convert(disableConversion = true)
	@JavaType(LongJavaType.class)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private long generation;

	@Id
	@Column(name = "first_index")
	@Convert(disableConversion = true)
	@JavaType(IntegerJavaType.class)
	@JdbcTypeCode(SqlTypes.INTEGER)
	private int firstIndex;

	@Column(name = "length", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(IntegerJavaType.class)
	@JdbcTypeCode(SqlTypes.INTEGER)
	private int length;

	@Column(name = "items", nullable = false, length = Length.LONG32)
	@Convert(disableConversion = true)
	@JavaType(StringJavaType.class)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private String items;

	@Column(name = "stamp", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(LongJavaType.class)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private long stamp;

	@Column(name = "written_at", nullable = false)
	@ColumnDefault("current_timestamp")
	@Convert(disableConversion = true)
	@JavaType(InstantJavaType.class)
	@JdbcTypeCode(SqlTypes.TIMESTAMP_UTC)
	private Instant writtenAt;

	@SuppressWarnings({ "NullAway.Init", "unused" }) // for JPA
	protected SliceRow() {
	}

	public record Key(String stack, long generation, int firstIndex) {
	}

}
