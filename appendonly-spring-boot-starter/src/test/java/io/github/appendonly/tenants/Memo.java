package io.github.appendonly.tenants;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * An entity of an application whose tenants share their tables.
 */
@Entity
public class Memo {

	@Id
	private String text;

	@TenantId
	private @Nullable String tenant;

	@SuppressWarnings("NullAway.Init") // for JPA
	protected Memo() {
	}

	public Memo(String text) {
		this.text = text;
	}

	public String getText() {
		return this.text;
	}

	public @Nullable String getTenant() {
		return this.tenant;
	}

}
