package io.github.appendonly.jpa.torture;

import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.github.appendonly.Accumulator;
import io.github.appendonly.jpa.Node;

/**
 * Consumes the accumulator in transactions, rolls some of them back, and keeps a journal.
 */
final class TortureConsumer {

	/** Lets some items gather. */
	private static final long PAUSE = 5_000_000;

	private final Node node;

	private final TortureJournal journal;

	private final Random random;

	private int turns;

	TortureConsumer(Node node, TortureJournal journal, Random random) {
		this.node = node;
		this.journal = journal;
		this.random = random;
	}

	void run(BooleanSupplier writing) {
		Accumulator<String> queue = this.node.structures().accumulator(TortureNode.QUEUE, String.class);
		while (writing.getAsBoolean()) {
			boolean commits = this.random.nextInt(4) > 0;
			int turn = this.turns++;
			this.node.transaction().executeWithoutResult((status) -> {
				List<String> consumed = (this.random.nextInt(4) == 0) ? queue.consume()
						: queue.consume(1 + this.random.nextInt(20));
				this.journal.write(commits ? TortureJournal.INTENT : TortureJournal.NEVER,
						turn + " " + String.join(" ", consumed));
				if (!commits) {
					status.setRollbackOnly();
				}
			});
			if (commits) {
				this.journal.write(TortureJournal.COMMITTED, String.valueOf(turn));
			}
			LockSupport.parkNanos(PAUSE);
		}
	}

}
