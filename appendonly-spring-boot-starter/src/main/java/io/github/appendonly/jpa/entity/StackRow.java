package io.github.appendonly.jpa.entity;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.ConcreteProxy;

/**
 * One stack: its bounds, its newest layer and its oldest layer. It is only read as a
 * {@code StackHead} and written by statements, so no stale row stays in a persistence
 * context.
 */
@Entity(name = "AppendOnlyStack")
@Table(name = "appendonly_stack")
@ConcreteProxy
public abstract class StackRow {

	public static final int NAME_LENGTH = 200;

	@Id
	@Column(name = "name", length = NAME_LENGTH)
	private String name;

	@Column(name = "max_layers", nullable = false)
	private int maxLayers;

	@Column(name = "max_length", nullable = false)
	private int maxLength;

	@Column(name = "archived", nullable = false)
	private boolean archived;

	@Column(name = "has_pruner", nullable = false)
	private boolean hasPruner;

	@Column(name = "generation", nullable = false)
	private long generation;

	@Column(name = "length", nullable = false)
	private int length;

	@Column(name = "oldest_generation", nullable = false)
	private long oldestGeneration;

	@Column(name = "pruned_length", nullable = false)
	private int prunedLength;

	@Column(name = "version", nullable = false)
	private long version;

	@SuppressWarnings({ "NullAway.Init", "unused" }) // for JPA
	protected StackRow() {
	}

}
