package io.github.appendonly.autoconfigure.second;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/**
 * An entity of the application's second persistence unit.
 */
@Entity
public class Invoice {

	@Id
	private long number;

	protected Invoice() {
	}

	public Invoice(long number) {
		this.number = number;
	}

	public long getNumber() {
		return this.number;
	}

}
