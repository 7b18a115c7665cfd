package io.github.appendonly.benchmarks.scenario;

import java.util.List;
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

	private Position last = Position.START;

	Follower(Entries<Order> entries) {
		this.entries = entries;
	}

	/**
	 * Moves to the end without reading.
	 */
	void skip() {
		this.last = this.entries.newest().map(Entry::position).orElse(Position.START);
	}

	/**
	 * Reads to the end.
	 * @param faults receives positions that are not consecutive
	 * @param orders receives each new item, oldest first
	 */
	void read(Consumer<String> faults, Consumer<Order> orders) {
		boolean caughtUp = false;
		while (!caughtUp) {
			Changes<Order> changes = this.entries.since(this.last, PAGE);
			if (changes.expired()) {
				faults.accept("entries were gone after " + this.last);
			}
			follow(changes.entries(), faults, orders);
			caughtUp = changes.caughtUp();
		}
	}

	private void follow(List<Entry<Order>> newer, Consumer<String> faults, Consumer<Order> orders) {
		for (Entry<Order> entry : newer) {
			if (!entry.position().equals(following(this.last))) {
				faults.accept(entry.position() + " follows " + this.last);
			}
			orders.accept(entry.item());
			this.last = entry.position();
		}
	}

	/**
	 * Checks that the positions of a page are consecutive.
	 * @param newestFirst the page
	 * @throws LostItemsException if they are not
	 */
	static void requireConsecutive(List<? extends Entry<?>> newestFirst) {
		for (int i = 1; i < newestFirst.size(); i++) {
			Position newer = newestFirst.get(i - 1).position();
			Position older = newestFirst.get(i).position();
			if (!newer.equals(following(older))) {
				throw new LostItemsException(newer + " follows " + older);
			}
		}
	}

	private static Position following(Position last) {
		return (last.index() + 1 < StackBounds.DEFAULT_MAX_LENGTH) ? new Position(last.generation(), last.index() + 1)
				: new Position(last.generation() + 1, 0);
	}

}
