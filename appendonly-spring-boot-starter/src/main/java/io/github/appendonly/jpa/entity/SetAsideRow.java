package io.github.appendonly.jpa.entity;

import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.hibernate.Length;
import org.hibernate.annotations.ConcreteProxy;
import org.hibernate.annotations.JavaType;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.descriptor.java.BooleanJavaType;
import org.hibernate.type.descriptor.java.InstantJavaType;
import org.hibernate.type.descriptor.java.IntegerJavaType;
import org.hibernate.type.descriptor.java.LongJavaType;
import org.hibernate.type.descriptor.java.StringJavaType;
import org.jspecify.annotations.Nullable;

/**
 * A row of an inbox that cannot be placed, because it is not as it should be.
 */
@Entity(name = "AppendOnlySetAside")
@Table(name = "appendonly_set_aside")
@ConcreteProxy
public abstract class SetAsideRow extends QueueRow {

	public static final int REASON_LENGTH = 200;

	@Column(name = "max_layers")
	@Convert(disableConversion = true)
	@JavaType(IntegerJavaType.class)
	@JdbcTypeCode(SqlTypes.INTEGER)
	private @Nullable Integer maxLayers;

	@Column(name = "max_length")
	@Convert(disableConversion = true)
	@JavaType(IntegerJavaType.class)
	@JdbcTypeCode(SqlTypes.INTEGER)
	private @Nullable Integer maxLength;

	@Column(name = "archived")
	@Convert(disableConversion = true)
	@JavaType(BooleanJavaType.class)
	@JdbcTypeCode(SqlTypes.BOOLEAN)
	private @Nullable Boolean archived;

	@Column(name = "has_pruner")
	@Convert(disableConversion = true)
	@JavaType(BooleanJavaType.class)
	@JdbcTypeCode(SqlTypes.BOOLEAN)
	private @Nullable Boolean hasPruner;

	@Column(name = "item_keys", length = Length.LONG32)
	@Convert(disableConversion = true)
	@JavaType(StringJavaType.class)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private @Nullable String itemKeys;

	@Column(name = "inbox_id", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(LongJavaType.class)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private long inboxId;

	@Column(name = "reason", nullable = false, length = REASON_LENGTH)
	@Convert(disableConversion = true)
	@JavaType(StringJavaType.class)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private String reason;

	@Column(name = "set_aside_at", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(InstantJavaType.class)
	@JdbcTypeCode(SqlTypes.TIMESTAMP_UTC)
	private Instant setAsideAt;

	@SuppressWarnings({ "NullAway.Init", "unused" }) // for JPA
	protected SetAsideRow() {
	}

}
