package io.github.appendonly.jpa.user;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.OneToOne;
import jakarta.persistence.PostPersist;
import jakarta.persistence.PrePersist;
import jakarta.persistence.Transient;
import org.jspecify.annotations.Nullable;

/**
 * An entity of the application. Its id is assigned, so Hibernate inserts it only with the
 * next flush.
 */
@Entity
public class Purchase {

	@Id
	private String id;

	@SuppressWarnings("unused") // read by Hibernate
	@OneToOne(cascade = CascadeType.PERSIST)
	private @Nullable Purchase gift;

	@Transient
	private @Nullable Runnable prePersist;

	@Transient
	private @Nullable Runnable postPersist;

	@SuppressWarnings({ "NullAway.Init", "unused" }) // for JPA
	protected Purchase() {
	}

	public Purchase(String id) {
		this.id = id;
	}

	public String id() {
		return this.id;
	}

	/**
	 * Adds another one, which is persisted by the flush.
	 */
	public void wrap(Purchase gift) {
		this.gift = gift;
	}

	public Purchase onPrePersist(Runnable action) {
		this.prePersist = action;
		return this;
	}

	public Purchase onPostPersist(Runnable action) {
		this.postPersist = action;
		return this;
	}

	@PrePersist
	void prePersist() {
		run(this.prePersist);
	}

	@PostPersist
	void postPersist() {
		run(this.postPersist);
	}

	private static void run(@Nullable Runnable action) {
		if (action != null) {
			action.run();
		}
	}

}
