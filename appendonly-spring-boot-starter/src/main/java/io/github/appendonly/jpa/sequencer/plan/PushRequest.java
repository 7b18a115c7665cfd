package io.github.appendonly.jpa.sequencer.plan;

import java.util.Optional;

import io.github.appendonly.Layer;
import io.github.appendonly.Pruner;
import io.github.appendonly.Unreadable;
import io.github.appendonly.internal.Errors;
import io.github.appendonly.jpa.item.ItemKeys;
import io.github.appendonly.jpa.item.Items;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.item.KeyedItems;
import io.github.appendonly.jpa.table.InboxEntry;
import io.github.appendonly.jpa.table.StackTerms;
import io.github.appendonly.jpa.transaction.DatabaseFailures;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;

/**
 * Items that are placed together.
 *
 * @param <T> the type of the items
 * @param definition the definition of the handle that pushed the items, or that places
 * them
 * @param items the items; empty if only the inbox is placed
 * @param terms the terms that the items were pushed with
 * @param ownPruner takes the layers that these items prune, instead of the pruner of the
 * handle
 * @param keys the keys of items that have one
 * @param origin the origin of the items, for listeners
 */
public record PushRequest<T>(StackDefinition<T> definition, JsonArray items, StackTerms terms,
		Optional<Pruner<? super T>> ownPruner, ItemKeys keys, @Nullable Object origin) {

	private static final Log logger = LogFactory.getLog(PushRequest.class);

	public PushRequest(StackDefinition<T> definition, JsonArray items) {
		this(definition, items, Optional.empty());
	}

	public PushRequest(StackDefinition<T> definition, JsonArray items, Optional<Pruner<? super T>> ownPruner) {
		this(definition, items, definition.terms(), ownPruner, ItemKeys.NONE, null);
	}

	public PushRequest(StackDefinition<T> definition, KeyedItems items) {
		this(definition, items.items(), definition.terms(), Optional.empty(), items.keys(), null);
	}

	/**
	 * Returns a request for a row of the inbox.
	 */
	public static <T> PushRequest<T> waiting(StackDefinition<T> definition, InboxEntry row) {
		return new PushRequest<>(definition, row.items(), row.terms(), Optional.empty(), ItemKeys.parse(row.keys()),
				null);
	}

	/**
	 * Returns a request that only places the inbox.
	 */
	public static <T> PushRequest<T> drain(StackDefinition<T> definition) {
		return new PushRequest<>(definition, JsonArray.EMPTY);
	}

	/**
	 * Returns the terms for a stack that this request makes.
	 */
	StackTerms termsOfNew() {
		return this.definition.known().ofNew(this.definition.name(), this.terms);
	}

	/**
	 * Returns this request with an origin.
	 */
	public PushRequest<T> from(Object origin) {
		return new PushRequest<>(this.definition, this.items, this.terms, this.ownPruner, this.keys, origin);
	}

	/**
	 * Hands a layer that this request prunes to the pruner.
	 * @throws ConcurrencyFailureException if the pruner has lost a race, so that another
	 * try is worthwhile
	 * @throws PrunerException if the pruner fails in another way, with an error too
	 */
	public void prune(long generation, JsonArray layer) {
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
			Layer<S> pruned = items.layer(generation, layer);
			if (!pruned.unreadable().isEmpty()) {
				warn(pruned);
			}
			pruner.prune(pruned);
		}
		catch (Throwable ex) { // errors and checked exceptions too
			if (ex instanceof Error error && Errors.endJvm(error)) {
				throw error;
			}
			if (ex instanceof RuntimeException exception
					&& DatabaseFailures.translated(exception) instanceof ConcurrencyFailureException race) {
				throw race;
			}
			throw new PrunerException("The pruner of stack '" + this.definition.name() + "' failed for generation "
					+ generation + ": " + ex.getMessage(), ex);
		}
	}

	private void warn(Layer<?> pruned) {
		Unreadable first = pruned.unreadable().get(0);
		logger.warn("The pruner of stack '" + this.definition.name() + "' gets generation " + pruned.generation()
				+ " with " + pruned.unreadable().size()
				+ " items that cannot be read: see Layer.unreadable(). The first is at " + first.position() + ": "
				+ first.reason());
	}

	public boolean callsPruner() {
		return this.ownPruner.isPresent() || this.definition.pruner().isPresent();
	}

}
