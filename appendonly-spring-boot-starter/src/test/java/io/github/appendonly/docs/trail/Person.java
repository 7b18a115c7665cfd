package io.github.appendonly.docs.trail;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

@Entity
public class Person {

	@Id
	private long id;

	private String name;

	private String ward;

	protected Person() {
		this(0, "", "");
	}

	public Person(long id, String name, String ward) {
		this.id = id;
		this.name = name;
		this.ward = ward;
	}

	public long getId() {
		return this.id;
	}

	public String getName() {
		return this.name;
	}

	public String getWard() {
		return this.ward;
	}

}
