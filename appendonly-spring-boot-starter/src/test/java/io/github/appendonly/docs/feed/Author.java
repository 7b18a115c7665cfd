package io.github.appendonly.docs.feed;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

@Entity
public class Author {

	@Id
	private long id;

	private String name;

	protected Author() {
		this(0, "");
	}

	public Author(long id, String name) {
		this.id = id;
		this.name = name;
	}

	public long getId() {
		return this.id;
	}

	public String getName() {
		return this.name;
	}

}
