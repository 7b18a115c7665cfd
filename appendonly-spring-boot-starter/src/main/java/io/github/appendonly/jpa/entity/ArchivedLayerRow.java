package io.github.appendonly.jpa.entity;

import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import jakarta.persistence.UniqueConstraint;
import org.hibernate.Length;
import org.hibernate.annotations.ConcreteProxy;
import org.hibernate.annotations.JavaType;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.descriptor.java.InstantJavaType;
import org.hibernate.type.descriptor.java.IntegerJavaType;
import org.hibernate.type.descriptor.java.LongJavaType;
import org.hibernate.type.descriptor.java.StringJavaType;

/**
 * A layer of an archive, linked to the layer before it. No two layers can follow the same
 * one, so two concurrent additions cannot both succeed.
 */
@Entity(name = "AppendOnlyArchivedLayer")
@Table(name = "appendonly_archived_layer",
		uniqueConstraints = @UniqueConstraint(columnNames = { "archive", "previous_generation" }))
@IdClass(ArchivedLayerRow.Key.class)
@ConcreteProxy
public abstract class ArchivedLayerRow {

	@Id
	@Column(name = "archive", length = StackRow.NAME_LENGTH)
	@Convert(disableConversion = true)
	@JavaType(StringJavaType.class)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private String archive;

	@Id
	@Column(name = "generation")
	@Convert(disableConversion = true)
	@JavaType(LongJavaType.class)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private long generation;

	@Column(name = "previous_generation", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(LongJavaType.class)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private long previousGeneration;

	@Column(name = "previous_length", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(IntegerJavaType.class)
	@JdbcTypeCode(SqlTypes.INTEGER)
	private int previousLength;

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

	@Column(name = "archived_at", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(InstantJavaType.class)
	@JdbcTypeCode(SqlTypes.TIMESTAMP_UTC)
	private Instant archivedAt;

	@Column(name = "newest_at", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(InstantJavaType.class)
	@JdbcTypeCode(SqlTypes.TIMESTAMP_UTC)
	private Instant newestAt;

	@Column(name = "layer_count", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(LongJavaType.class)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private long layerCount;

	@Column(name = "item_count", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(LongJavaType.class)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private long itemCount;

	@SuppressWarnings({ "NullAway.Init", "unused" }) // for JPA
	protected ArchivedLayerRow() {
	}

	public record Key(String archive, long generation) {
	}

}
