package io.github.appendonly.docs;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

@Entity
public class Invoice {

	@Id
	@GeneratedValue
	private @Nullable Long id;

	public @Nullable Long getId() {
		return this.id;
	}

}
