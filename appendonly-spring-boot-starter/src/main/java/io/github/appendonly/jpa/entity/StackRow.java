package io.github.appendonly.jpa.entity;

import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
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
 * One stack: its bounds and other limits, its newest layer and its oldest layer. It is
 * only read as a {@code StackHead} and written by statements, so no stale row stays in a
 * persistence context.
 */
@Entity(name = "AppendOnlyStack")
@Table(name = "appendonly_stack")
@ConcreteProxy
public abstract class StackRow {

	public static final int NAME_LENGTH = 200;

	@Id
	@Column(name = "name", length = NAME_LENGTH)
	@Convert(disableConversion = true)
	@JavaType(StringJavaType.class)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private String name;

	@Column(name = "max_layers", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(IntegerJavaType.class)
	@JdbcTypeCode(SqlTypes.INTEGER)
	private int maxLayers;

	@Column(name = "max_length", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(IntegerJavaType.class)
	@JdbcTypeCode(SqlTypes.INTEGER)
	private int maxLength;

	@Column(name = "archived", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(BooleanJavaType.class)
	@JdbcTypeCode(SqlTypes.BOOLEAN)
	private boolean archived;

	@Column(name = "has_pruner", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(BooleanJavaType.class)
	@JdbcTypeCode(SqlTypes.BOOLEAN)
	private boolean hasPruner;

	@Column(name = "generation", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(LongJavaType.class)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private long generation;

	@Column(name = "length", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(IntegerJavaType.class)
	@JdbcTypeCode(SqlTypes.INTEGER)
	private int length;

	@Column(name = "oldest_generation", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(LongJavaType.class)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private long oldestGeneration;

	@Column(name = "pruned_length", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(IntegerJavaType.class)
	@JdbcTypeCode(SqlTypes.INTEGER)
	private int prunedLength;

	@Column(name = "version", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(LongJavaType.class)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private long version;

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

	@Column(name = "retention_due")
	@Convert(disableConversion = true)
	@JavaType(InstantJavaType.class)
	@JdbcTypeCode(SqlTypes.TIMESTAMP_UTC)
	private @Nullable Instant retentionDue;

	@SuppressWarnings({ "NullAway.Init", "unused" }) // for JPA
	protected StackRow() {
	}

}
