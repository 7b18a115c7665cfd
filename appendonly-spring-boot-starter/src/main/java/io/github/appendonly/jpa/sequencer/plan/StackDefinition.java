package io.github.appendonly.jpa.sequencer.plan;

import java.util.Optional;

import io.github.appendonly.Pruner;
import io.github.appendonly.jpa.family.KnownTerms;
import io.github.appendonly.jpa.item.Items;
import io.github.appendonly.jpa.table.StackTerms;

/**
 * A stack as one handle defines it.
 *
 * @param <T> the type of the items
 * @param name the name of the stack
 * @param terms the terms that the handle sets
 * @param known the terms that other handles set, for a stack that is made
 * @param pruner takes the pruned layers
 * @param items writes and reads the items
 */
public record StackDefinition<T>(String name, StackTerms terms, KnownTerms known, Optional<Pruner<? super T>> pruner,
		Items<T> items) {

	/**
	 * Returns a definition that leaves the stack as it is.
	 */
	public static <T> StackDefinition<T> withoutSettings(String name, KnownTerms known, Items<T> items) {
		return new StackDefinition<>(name, StackTerms.NONE, known, Optional.empty(), items);
	}

}
