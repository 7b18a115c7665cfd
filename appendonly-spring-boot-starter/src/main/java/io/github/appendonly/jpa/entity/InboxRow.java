package io.github.appendonly.jpa.entity;

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
import org.hibernate.type.descriptor.java.IntegerJavaType;
import org.hibernate.type.descriptor.java.LongJavaType;
import org.hibernate.type.descriptor.java.StringJavaType;
import org.jspecify.annotations.Nullable;

/**
 * The items that one transaction pushed onto one stack and that wait to be placed, with
 * the terms of the push, and the keys of items that have one. A setting that was not made
 * is null.
 */
@Entity(name = "AppendOnlyInbox")
@Table(name = "appendonly_inbox")
@ConcreteProxy
public abstract class InboxRow extends QueueRow {

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

	@Column(name = "retention")
	@Convert(disableConversion = true)
	@JavaType(LongJavaType.class)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private @Nullable Long retention;

	@Column(name = "max_bytes")
	@Convert(disableConversion = true)
	@JavaType(LongJavaType.class)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private @Nullable Long maxBytes;

	@Column(name = "archive_max_layers")
	@Convert(disableConversion = true)
	@JavaType(LongJavaType.class)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private @Nullable Long archiveMaxLayers;

	@Column(name = "archive_max_bytes")
	@Convert(disableConversion = true)
	@JavaType(LongJavaType.class)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private @Nullable Long archiveMaxBytes;

	@Column(name = "keep_for_subscribers")
	@Convert(disableConversion = true)
	@JavaType(LongJavaType.class)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private @Nullable Long keepForSubscribers;

	@Column(name = "item_keys", length = Length.LONG32)
	@Convert(disableConversion = true)
	@JavaType(StringJavaType.class)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private @Nullable String itemKeys;

	@SuppressWarnings("unused") // for JPA
	protected InboxRow() {
	}

}
