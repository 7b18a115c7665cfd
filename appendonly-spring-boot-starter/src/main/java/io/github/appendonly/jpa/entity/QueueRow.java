package io.github.appendonly.jpa.entity;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import org.hibernate.Length;
import org.hibernate.annotations.JavaType;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.descriptor.java.IntegerJavaType;
import org.hibernate.type.descriptor.java.LongJavaType;
import org.hibernate.type.descriptor.java.StringJavaType;

/**
 * The items that one transaction appended to one queue. The database assigns the ids in
 * the order of the inserts. The rows may commit in another order.
 */
@MappedSuperclass
public abstract class QueueRow {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	@Column(name = "id")
	@Convert(disableConversion = true)
	@JavaType(LongJavaType.class)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private long id;

	@Column(name = "name", nullable = false, length = StackRow.NAME_LENGTH)
	@Convert(disableConversion = true)
	@JavaType(StringJavaType.class)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private String name;

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

	@SuppressWarnings({ "NullAway.Init", "unused" }) // for JPA
	protected QueueRow() {
	}

}
