package io.github.appendonly.benchmarks.application;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;

/**
 * The head row of the naive stack, which assigns the positions.
 */
@Entity
@Table(name = "bench_naive_head")
public class NaiveHead {

	@Id
	private String name = "";

	@Column(nullable = false)
	private long length;

	@Version
	private long version;

	/**
	 * For Hibernate.
	 */
	protected NaiveHead() {
	}

	/**
	 * Creates the head of an empty stack.
	 * @param name the name of the stack
	 */
	public NaiveHead(String name) {
		this.name = name;
	}

	/**
	 * Takes the next position.
	 * @return the position, from 0
	 */
	public long next() {
		return this.length++;
	}

	/**
	 * The number of changes.
	 * @return the version
	 */
	public long version() {
		return this.version;
	}

}
