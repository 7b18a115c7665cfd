package io.github.appendonly.jpa.torture;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.Node;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Follows a stack and its archive from the beginning, and records everything that it
 * sees.
 */
final class TortureReader {

	private static final int LIMIT = 500;

	private static final int PAGE = 100;

	/** Leaves the processors to the writers. */
	private static final long PAUSE = 2_000_000;

	private final History<String> history;

	private final TortureJournal journal;

	private final TransactionTemplate transaction;

	private Position last = Position.START;

	private int steps;

	TortureReader(Node node, String stack, TortureJournal journal) {
		this.history = node.structures().history(stack, String.class);
		this.journal = journal;
		this.transaction = node.transaction();
		this.transaction.setReadOnly(true);
	}

	/**
	 * Follows until nobody writes and all was read.
	 */
	static void follow(List<TortureReader> readers, boolean inTransactions, BooleanSupplier writing) {
		while (writing.getAsBoolean()) {
			boolean caughtUp = true;
			for (TortureReader reader : readers) {
				caughtUp &= inTransactions ? reader.stepInTransaction() : reader.step();
			}
			if (caughtUp) {
				LockSupport.parkNanos(PAUSE);
			}
		}
		for (TortureReader reader : readers) {
			boolean more;
			do {
				more = !reader.step();
			}
			while (more);
		}
	}

	private boolean stepInTransaction() {
		return Boolean.TRUE.equals(this.transaction.execute((status) -> step()));
	}

	private boolean step() {
		if (this.steps++ % 10 == 0) {
			requireConsecutive(this.history.newest(PAGE));
		}
		Changes<String> changes = this.history.since(this.last, LIMIT);
		if (changes.expired() || changes.ahead()) {
			throw new IllegalStateException("The history is said to have lost what came after " + this.last);
		}
		this.journal
			.writeAll(changes.entries().stream().map((entry) -> entry.position() + " " + entry.item()).toList());
		this.last = changes.cursor();
		return changes.caughtUp();
	}

	private static void requireConsecutive(List<Entry<String>> newestFirst) {
		for (int i = 1; i < newestFirst.size(); i++) {
			Position older = newestFirst.get(i).position();
			Position newer = newestFirst.get(i - 1).position();
			if (!TortureHistory.isNext(older, newer)) {
				throw new IllegalStateException("A page of the newest items has a gap: " + newer + " follows " + older);
			}
		}
	}

}
