package io.github.appendonly.jpa.sequencer;

import java.util.Optional;

import io.github.appendonly.Pruner;
import io.github.appendonly.jpa.item.Items;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.table.InboxEntry;
import io.github.appendonly.jpa.table.StackTerms;
import io.github.appendonly.jpa.transaction.DatabaseFailures;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;

/**
 * Items to be placed together.
 *
 * @param <T> the type of the items
 * @param definition the handle that they were pushed with, or by which they are placed
 * @param items the items; none to have only the inbox placed
 * @param terms the terms that they were pushed with
 * @param ownPruner takes the layers that these items prune, in place of the handle's
 * pruner
 * @param origin where they come from, for listeners
 */
public record PushRequest<T>(StackDefinition<T> definition, JsonArray items, StackTerms terms,
		Optional<Pruner<? super T>> ownPruner, @Nullable Object origin) {

	public PushRequest(StackDefinition<T> definition, JsonArray items) {
		this(definition, items, Optional.empty());
	}

	public PushRequest(StackDefinition<T> definition, JsonArray items, Optional<Pruner<? super T>> ownPruner) {
		this(definition, items, definition.terms(), ownPruner, null);
	}

	/**
	 * A request for a row of the inbox.
	 */
	static <T> PushRequest<T> waiting(StackDefinition<T> definition, InboxEntry row) {
		return new PushRequest<>(definition, row.items(), row.terms(), Optional.empty(), null);
	}

	/**
	 * A request that brings nothing: the inbox is placed.
	 */
	public static <T> PushRequest<T> drain(StackDefinition<T> definition) {
		return new PushRequest<>(definition, JsonArray.EMPTY);
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
	void prune(long generation, JsonArray layer) {
		Pruner<? super T> pruner = this.ownPruner.or(this.definition::pruner).orElse(null);
		if (pruner != null) {
			prune(pruner, generation, layer);
		}
	}

	private <S> void prune(Pruner<S> pruner, long generation, JsonArray layer) {
		@SuppressWarnings("unchecked") // S is a supertype of T, and a pruner only takes
										// items
		Items<S> items = (Items<S>) (Items<?>) this.definition.items();
		try {
			pruner.prune(items.layer(generation, layer));
		}
		catch (RuntimeException ex) {
			if (DatabaseFailures.translated(ex) instanceof ConcurrencyFailureException race) {
				throw race;
			}
			throw new PrunerException("The pruner of stack '" + this.definition.name() + "' failed for generation "
					+ generation + ": " + ex.getMessage(), ex);
		}
	}

	boolean callsPruner() {
		return this.ownPruner.isPresent() || this.definition.pruner().isPresent();
	}

}
