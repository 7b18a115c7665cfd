package io.github.appendonly.benchmarks.scenario;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import io.github.appendonly.Changes;
import io.github.appendonly.Entries;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import io.github.appendonly.benchmarks.application.Order;

/**
 * Reads the new items of a stack, and checks that their positions are consecutive.
 */
final class Follower {

	private static final int PAGE = 10_000;

	private final Entries<Order> entries;

	private Optional<Position> last = Optional.empty();

	Follower(Entries<Order> entries) {
		this.entries = entries;
	}

	/**
	 * Moves to the end without reading.
	 */
	void skip() {
		this.last = this.entries.newest().map(Entry::position);
	}

	/**
	 * Reads to the end.
	 * @param faults receives positions that are not consecutive
	 * @param orders receives each new item, oldest first
	 */
	void read(Consumer<String> faults, Consumer<Order> orders) {
		boolean caughtUp = false;
		while (!caughtUp) {
			Changes<Order> changes = this.last.map((cursor) -> this.entries.since(cursor, PAGE))
				.orElseGet(() -> this.entries.fromOldest(PAGE));
			if (changes.expired()) {
				faults.accept("entries were gone after " + this.last);
			}
			follow(changes.entries(), faults, orders);
			caughtUp = changes.caughtUp();
		}
	}

	private void follow(List<Entry<Order>> newer, Consumer<String> faults, Consumer<Order> orders) {
		for (Entry<Order> entry : newer) {
			if (!entry.position().equals(following())) {
				faults.accept(entry.position() + " follows " + this.last);
			}
			orders.accept(entry.item());
			this.last = Optional.of(entry.position());
		}
	}

	private Position following() {
		return this.last.map((position) -> (position.index() + 1 < StackBounds.DEFAULT_MAX_LENGTH)
				? new Position(position.generation(), position.index() + 1)
				: new Position(position.generation() + 1, 0))
			.orElse(new Position(0, 0));
	}

}
