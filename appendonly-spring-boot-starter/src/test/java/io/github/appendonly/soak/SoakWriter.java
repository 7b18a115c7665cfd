package io.github.appendonly.soak;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.Writers;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.torture.TortureJournal;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Pushes as fast as it can, and records what it does not know: while the database is
 * gone, a push fails, and may have been stored.
 */
final class SoakWriter {

	/** All items of a stack below a number were pushed, or are recorded as unknown. */
	static final String PUSHED = "pushed";

	/** Nobody knows about the items from a number on, and below another one. */
	static final String UNKNOWN = "unknown";

	private static final int RECORD = 50;

	private static final int MAX = 30;

	private static final long PAUSE = 20_000_000;

	private final Node node;

	private final int writer;

	private final TortureJournal journal;

	private final Random random;

	private final List<AppendStack<String>> stacks;

	private final int[] next;

	SoakWriter(Node node, int writer, TortureJournal journal, Random random) {
		this.node = node;
		this.writer = writer;
		this.journal = journal;
		this.random = random;
		this.stacks = SoakNode.STACKS.stream().map((name) -> SoakNode.stack(node, name)).toList();
		this.next = new int[this.stacks.size()];
	}

	void run(BooleanSupplier writing, BooleanSupplier waiting) {
		int turns = 0;
		while (writing.getAsBoolean()) {
			push();
			if (++turns % RECORD == 0) {
				record();
			}
			while (waiting.getAsBoolean() && writing.getAsBoolean()) {
				LockSupport.parkNanos(PAUSE);
			}
		}
		record();
	}

	private void push() {
		int[] ends = this.next.clone();
		int stack = this.random.nextInt(ends.length);
		switch (this.random.nextInt(4)) {
			case 0, 1 -> {
				ends[stack]++;
				push(ends, () -> this.stacks.get(stack).push(items(stack, ends).get(0)));
			}
			case 2 -> {
				ends[stack] += 1 + this.random.nextInt(MAX);
				push(ends, () -> this.stacks.get(stack).pushAll(items(stack, ends)));
			}
			default -> {
				Arrays.setAll(ends, (each) -> ends[each] + 1 + this.random.nextInt(4));
				push(ends, () -> this.node.inTransaction(() -> IntStream.range(0, ends.length)
					.forEach((each) -> this.stacks.get(each).pushAll(items(each, ends)))));
			}
		}
	}

	private List<String> items(int stack, int[] ends) {
		return IntStream.range(this.next[stack], ends[stack])
			.mapToObj((number) -> Writers.item(this.writer, number))
			.toList();
	}

	private void push(int[] ends, Runnable push) {
		try {
			push.run();
		}
		catch (DataAccessException | TransactionException | UncertainCommitException ex) {
			for (int stack = 0; stack < ends.length; stack++) {
				this.journal.write(UNKNOWN, SoakNode.STACKS.get(stack) + " " + this.next[stack] + " " + ends[stack]);
			}
			LockSupport.parkNanos(PAUSE);
		}
		System.arraycopy(ends, 0, this.next, 0, ends.length);
	}

	private void record() {
		for (int stack = 0; stack < this.next.length; stack++) {
			this.journal.write(PUSHED, SoakNode.STACKS.get(stack) + " " + this.next[stack]);
		}
	}

}
