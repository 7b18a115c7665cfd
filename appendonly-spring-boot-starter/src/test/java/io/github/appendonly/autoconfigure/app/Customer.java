package io.github.appendonly.autoconfigure.app;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;

/**
 * An entity of the application.
 */
@Entity
public class Customer {

	@Id
	@GeneratedValue
	private Long id;

	private String name;

	@SuppressWarnings("NullAway.Init") // for JPA
	protected Customer() {
	}

	@SuppressWarnings("NullAway.Init") // the id is the database's
	public Customer(String name) {
		this.name = name;
	}

	public String getName() {
		return this.name;
	}

}
