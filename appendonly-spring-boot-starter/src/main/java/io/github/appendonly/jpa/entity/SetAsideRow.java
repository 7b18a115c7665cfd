package io.github.appendonly.jpa.entity;

import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.hibernate.annotations.ConcreteProxy;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
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
	@JdbcTypeCode(SqlTypes.INTEGER)
	private @Nullable Integer maxLayers;

	@Column(name = "max_length")
	@Convert(disableConversion = true)
	@JdbcTypeCode(SqlTypes.INTEGER)
	private @Nullable Integer maxLength;

	@Column(name = "archived")
	@Convert(disableConversion = true)
	@JdbcTypeCode(SqlTypes.BOOLEAN)
	private @Nullable Boolean archived;

	@Column(name = "has_pruner")
	@Convert(disableConversion = true)
	@JdbcTypeCode(SqlTypes.BOOLEAN)
	private @Nullable Boolean hasPruner;

	@Column(name = "inbox_id", nullable = false)
	@Convert(disableConversion = true)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private long inboxId;

	@Column(name = "reason", nullable = false, length = REASON_LENGTH)
	@Convert(disableConversion = true)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private String reason;

	@Column(name = "set_aside_at", nullable = false)
	@Convert(disableConversion = true)
	@JdbcTypeCode(SqlTypes.TIMESTAMP_UTC)
	private Instant setAsideAt;

	@SuppressWarnings({ "NullAway.Init", "unused" }) // for JPA
	protected SetAsideRow() {
	}

}
