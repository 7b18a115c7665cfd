package io.github.appendonly.jpa.entity;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.hibernate.annotations.ConcreteProxy;
import org.jspecify.annotations.Nullable;

/**
 * The items that one transaction pushed onto one stack and that wait to be placed, with
 * the terms of the push. A setting that was not made is null.
 */
@Entity(name = "AppendOnlyInbox")
@Table(name = "appendonly_inbox")
@ConcreteProxy
public abstract class InboxRow extends QueueRow {

	@Column(name = "max_layers")
	private @Nullable Integer maxLayers;

	@Column(name = "max_length")
	private @Nullable Integer maxLength;

	@Column(name = "archived")
	private @Nullable Boolean archived;

	@Column(name = "has_pruner")
	private @Nullable Boolean hasPruner;

	@SuppressWarnings("unused") // for JPA
	protected InboxRow() {
	}

}
