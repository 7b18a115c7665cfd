package io.github.appendonly.jpa;

import java.util.Optional;

import io.github.appendonly.Pruner;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;

/**
 * Items to be placed together.
 *
 * @param <T> the type of the items
 * @param definition the handle that they were pushed with, or by which they are placed
 * @param items the items; none to have only the inbox placed
 * @param terms what they were pushed with
 * @param ownPruner takes the layers that these items prune, in place of the handle's
 * pruner
 * @param origin where they come from, for listeners
 */
record PushRequest<T>(StackDefinition<T> definition, ItemArray items, StackTerms terms,
		Optional<Pruner<? super T>> ownPruner, @Nullable Object origin) {

	PushRequest(StackDefinition<T> definition, ItemArray items) {
		this(definition, items, Optional.empty());
	}

	PushRequest(StackDefinition<T> definition, ItemArray items, Optional<Pruner<? super T>> ownPruner) {
		this(definition, items, definition.terms(), ownPruner, null);
	}

	/**
	 * A request for what waits in the inbox.
	 */
	static <T> PushRequest<T> waiting(StackDefinition<T> definition, WaitingRow row) {
		return new PushRequest<>(definition, row.items(), row.terms(), Optional.empty(), null);
	}

	/**
	 * A request that brings nothing.
	 */
	static <T> PushRequest<T> drain(StackDefinition<T> definition) {
		return new PushRequest<>(definition, ItemArray.EMPTY);
	}

	/**
	 * This request with its origin.
	 */
	PushRequest<T> from(Object origin) {
		return new PushRequest<>(this.definition, this.items, this.terms, this.ownPruner, origin);
	}

	/**
	 * Takes a layer that this request prunes.
	 * @throws ConcurrencyFailureException if the pruner has lost a race, so that it is
	 * worth another try
	 * @throws PrunerException if it fails in another way
	 */
	void prune(long generation, ItemArray layer) {
		Pruner<? super T> pruner = this.ownPruner.or(this.definition.settings()::pruner).orElse(null);
		if (pruner != null) {
			prune(pruner, generation, layer);
		}
	}

	private <S> void prune(Pruner<S> pruner, long generation, ItemArray layer) {
		@SuppressWarnings("unchecked") // S is a supertype of T, and a pruner only takes
										// items
		TypedItems<S> items = (TypedItems<S>) (TypedItems<?>) this.definition.items();
		try {
			pruner.prune(items.layer(generation, layer));
		}
		catch (RuntimeException ex) {
			if (Transactions.translated(ex) instanceof ConcurrencyFailureException race) {
				throw race;
			}
			throw new PrunerException("The pruner of stack '" + this.definition.name() + "' failed for generation "
					+ generation + ": " + ex.getMessage(), ex);
		}
	}

	boolean callsPruner() {
		return this.ownPruner.isPresent() || this.definition.settings().pruner().isPresent();
	}

	/**
	 * The failure of a pruner; callers get its cause.
	 */
	static final class PrunerException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private final RuntimeException failure;

		PrunerException(String message, RuntimeException cause) {
			super(message, cause);
			this.failure = cause;
		}

		RuntimeException failure() {
			return this.failure;
		}

	}

}
