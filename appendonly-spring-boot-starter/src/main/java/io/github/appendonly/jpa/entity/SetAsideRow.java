package io.github.appendonly.jpa.entity;

import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.hibernate.annotations.ConcreteProxy;
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
	private @Nullable Integer maxLayers;

	@Column(name = "max_length")
	private @Nullable Integer maxLength;

	@Column(name = "archived")
	private @Nullable Boolean archived;

	@Column(name = "has_pruner")
	private @Nullable Boolean hasPruner;

	@Column(name = "inbox_id", nullable = false)
	private long inboxId;

	@Column(name = "reason", nullable = false, length = REASON_LENGTH)
	private String reason;

	@Column(name = "set_aside_at", nullable = false)
	private Instant setAsideAt;

	@SuppressWarnings({ "NullAway.Init", "unused" }) // for JPA
	protected SetAsideRow() {
	}

}
