package io.github.appendonly.subscriber;

import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.subscriber.SubscriberDefinition.OnFailure;
import org.springframework.util.function.SingletonSupplier;

/**
 * The stack of the entries that a subscriber could not handle.
 *
 * @param <T> the type of the items
 */
final class Parking<T> {

	private final SubscriberDefinition<T> definition;

	private final Parts parts;

	private final SingletonSupplier<Source<ParkedEntry<T>>> source;

	Parking(SubscriberDefinition<T> definition, Parts parts) {
		this.definition = definition;
		this.parts = parts;
		this.source = SingletonSupplier.of(this::open);
	}

	private Source<ParkedEntry<T>> open() {
		String name = this.definition.parkedStack();
		return new Source<>(ParkedEntries.stack(this.parts.structures(), name, this.definition.type()), name,
				ParkedEntries.type(this.definition.type()), this.parts);
	}

	Source<ParkedEntry<T>> source() {
		return this.source.obtain();
	}

	/**
	 * Checks that entries can be parked, if they are to be.
	 * @throws IllegalArgumentException if the name of the stack of parked entries is too
	 * long, or if the items are entities
	 */
	void requirePossible() {
		if (this.definition.onFailure() == OnFailure.STOP) {
			return;
		}
		source();
		boolean entities = this.parts.entityManagerFactory()
			.getMetamodel()
			.getEntities()
			.stream()
			.anyMatch((entity) -> entity.getJavaType() == this.definition.type());
		if (entities) {
			throw new IllegalArgumentException(
					"The " + this.definition + " cannot park its entries: " + this.definition.type().getTypeName()
							+ " is an entity, and a parked entry would be a copy of it. Use OnFailure.STOP");
		}
	}

	/**
	 * Returns the number of parked entries, as far as they are placed.
	 */
	long size() {
		return Source.lag(this.parts.tables(), this.definition.parkedStack(), Position.START);
	}

	/**
	 * Parks an entry, in the transaction of the calling thread.
	 */
	void park(Entry<T> entry, String cause) {
		source().stack().push(new ParkedEntry<>(entry.position(), entry.item(), cause));
		this.parts.transactions()
			.afterCommit(() -> this.parts.listeners().parked(this.definition, entry.position(), cause));
	}

}
