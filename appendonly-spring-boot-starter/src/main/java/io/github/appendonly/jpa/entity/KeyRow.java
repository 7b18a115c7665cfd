package io.github.appendonly.jpa.entity;

import java.time.Instant;

import io.github.appendonly.internal.Keys;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import jakarta.persistence.UniqueConstraint;
import org.hibernate.annotations.ConcreteProxy;
import org.hibernate.annotations.JavaType;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.descriptor.java.InstantJavaType;
import org.hibernate.type.descriptor.java.IntegerJavaType;
import org.hibernate.type.descriptor.java.LongJavaType;
import org.hibernate.type.descriptor.java.StringJavaType;
import org.jspecify.annotations.Nullable;

/**
 * The key of an item, as long as it is remembered.
 */
@Entity(name = "AppendOnlyKey")
@Table(name = "appendonly_key",
		uniqueConstraints = { @UniqueConstraint(columnNames = { "name", "generation", "kind", "item_key" }),
				@UniqueConstraint(columnNames = { "expires_at", "name", "kind", "item_key" }) })
@IdClass(KeyRow.Key.class)
@ConcreteProxy
public abstract class KeyRow {

	public static final int KIND_LENGTH = 11;

	@Id
	@Column(name = "name", length = StackRow.NAME_LENGTH)
	@Convert(disableConversion = true)
	@JavaType(StringJavaType.class)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private String name;

	@Id
	@Column(name = "kind", length = KIND_LENGTH)
	@Convert(disableConversion = true)
	@JavaType(StringJavaType.class)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private String kind;

	@Id
	@Column(name = "item_key", length = Keys.LENGTH)
	@Convert(disableConversion = true)
	@JavaType(StringJavaType.class)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private String itemKey;

	@Column(name = "pushed_at", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(InstantJavaType.class)
	@JdbcTypeCode(SqlTypes.TIMESTAMP_UTC)
	private Instant pushedAt;

	@Column(name = "expires_at")
	@Convert(disableConversion = true)
	@JavaType(InstantJavaType.class)
	@JdbcTypeCode(SqlTypes.TIMESTAMP_UTC)
	private @Nullable Instant expiresAt;

	@Column(name = "generation")
	@Convert(disableConversion = true)
	@JavaType(LongJavaType.class)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private @Nullable Long generation;

	@Column(name = "item_index")
	@Convert(disableConversion = true)
	@JavaType(IntegerJavaType.class)
	@JdbcTypeCode(SqlTypes.INTEGER)
	private @Nullable Integer itemIndex;

	@SuppressWarnings({ "NullAway.Init", "unused" }) // for JPA
	protected KeyRow() {
	}

	public record Key(String name, String kind, String itemKey) {
	}

}
