package io.github.appendonly.jpa.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.Writers;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.transaction.SavepointDialect;
import jakarta.persistence.EntityManagerFactory;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes in randomly chosen ways, and keeps a journal. Items are numbered in the order in
 * which they are committed, if they are.
 */
final class TortureWriter {

	private final Node node;

	private final int writer;

	private final TortureJournal journal;

	private final Random random;

	private final boolean changesBounds;

	private final TransactionTemplate transaction;

	private final TransactionTemplate innerTransaction;

	private final TransactionTemplate transactionWithSavepoints;

	private int units;

	private int items;

	TortureWriter(Node node, int writer, TortureJournal journal, Random random, boolean changesBounds) {
		this.node = node;
		this.writer = writer;
		this.journal = journal;
		this.random = random;
		this.changesBounds = changesBounds;
		this.transaction = node.transaction();
		this.innerTransaction = node.transaction();
		this.innerTransaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		this.transactionWithSavepoints = new TransactionTemplate(
				SavepointDialect.transactionManager(node.bean(EntityManagerFactory.class)));
	}

	void run(BooleanSupplier writing) {
		while (writing.getAsBoolean()) {
			switch (this.random.nextInt(12)) {
				case 0, 1 -> push();
				case 2 -> pushAll();
				case 3, 4 -> pushAsync();
				case 5 -> append();
				case 6 -> transactionThatReads();
				case 7 -> transactionInTransaction();
				case 8 -> transactionWithSavepoint();
				default -> transaction();
			}
		}
	}

	private void push() {
		String stack = anyStack();
		TortureUnit unit = unit(TortureUnit.Kind.PUSH, Map.of(stack, 1));
		intend(unit, true);
		stack(stack).push(unit.in(stack).get(0));
		committed(unit, true);
	}

	private void pushAll() {
		String stack = anyStack();
		TortureUnit unit = unit(TortureUnit.Kind.PUSH_ALL, Map.of(stack, 1 + this.random.nextInt(30)));
		intend(unit, true);
		stack(stack).pushAll(unit.in(stack));
		committed(unit, true);
	}

	/**
	 * Asynchronous pushes through one handle keep their order.
	 */
	private void pushAsync() {
		String stack = anyStack();
		AppendStack<String> handle = stack(stack);
		List<TortureUnit> ahead = Stream.generate(() -> unit(TortureUnit.Kind.PUSH_ASYNC, Map.of(stack, 1)))
			.limit(1 + this.random.nextInt(4))
			.toList();
		ahead.forEach((unit) -> intend(unit, true));
		List<CompletableFuture<Position>> placed = ahead.stream()
			.map((unit) -> handle.pushAsync(unit.in(stack).get(0)))
			.toList();
		placed.forEach(CompletableFuture::join);
		ahead.forEach((unit) -> committed(unit, true));
	}

	private void append() {
		TortureUnit unit = unit(TortureUnit.Kind.APPEND, Map.of(TortureNode.QUEUE, 1 + this.random.nextInt(3)));
		intend(unit, true);
		this.node.structures().accumulator(TortureNode.QUEUE, String.class).extend(unit.in(TortureNode.QUEUE));
		committed(unit, true);
	}

	private void transaction() {
		boolean commits = anyOutcome();
		TortureUnit unit = unitOfAll(TortureUnit.Kind.TRANSACTION);
		intend(unit, commits);
		run(this.transaction, commits, () -> write(unit));
		committed(unit, commits);
	}

	/**
	 * Stacks that a transaction reads after a push are locked from then on; it may read
	 * them in any order, if it has pushed onto all of them before.
	 */
	private void transactionThatReads() {
		boolean commits = anyOutcome();
		TortureUnit unit = unitOfAll(TortureUnit.Kind.READING_TRANSACTION);
		intend(unit, commits);
		run(this.transaction, commits, () -> {
			write(unit);
			String first = anyStack();
			read(unit, first);
			if (this.random.nextBoolean()) {
				read(unit, first.equals(TortureNode.ALPHA) ? TortureNode.BETA : TortureNode.ALPHA);
			}
		});
		committed(unit, commits);
	}

	private void transactionInTransaction() {
		boolean innerCommits = anyOutcome();
		boolean outerCommits = anyOutcome();
		TortureUnit inner = unitOfAll(TortureUnit.Kind.INNER_TRANSACTION);
		TortureUnit outer = unitOfAll(TortureUnit.Kind.OUTER_TRANSACTION);
		intend(inner, innerCommits);
		intend(outer, outerCommits);
		run(this.transaction, outerCommits, () -> {
			write(outer, TortureNode.ALPHA);
			run(this.innerTransaction, innerCommits, () -> write(inner));
			committed(inner, innerCommits);
			write(outer, TortureNode.BETA);
			write(outer, TortureNode.QUEUE);
		});
		committed(outer, outerCommits);
	}

	private void transactionWithSavepoint() {
		boolean commits = anyOutcome();
		TortureUnit undone = unitOfAll(TortureUnit.Kind.SAVEPOINT);
		TortureUnit unit = unitOfAll(TortureUnit.Kind.TRANSACTION_WITH_SAVEPOINT);
		intend(undone, false);
		intend(unit, commits);
		this.transactionWithSavepoints.executeWithoutResult((status) -> {
			write(unit, TortureNode.ALPHA);
			Object savepoint = status.createSavepoint();
			write(undone);
			if (this.random.nextInt(4) == 0) {
				read(undone, anyStack());
			}
			status.rollbackToSavepoint(savepoint);
			status.releaseSavepoint(savepoint);
			write(unit, TortureNode.BETA);
			write(unit, TortureNode.QUEUE);
			if (!commits) {
				status.setRollbackOnly();
			}
		});
		committed(unit, commits);
	}

	private static void run(TransactionTemplate transaction, boolean commits, Runnable work) {
		transaction.executeWithoutResult((status) -> {
			work.run();
			if (!commits) {
				status.setRollbackOnly();
			}
		});
	}

	private void write(TortureUnit unit) {
		List<String> structures = new ArrayList<>(unit.items().keySet());
		while (!structures.isEmpty()) {
			write(unit, structures.remove(this.random.nextInt(structures.size())));
		}
	}

	private void write(TortureUnit unit, String structure) {
		List<String> written = unit.in(structure);
		if (structure.equals(TortureNode.QUEUE)) {
			written.forEach(this.node.structures().accumulator(structure, String.class)::append);
		}
		else if (this.random.nextBoolean()) {
			written.forEach(stack(structure)::push);
		}
		else {
			stack(structure).pushAll(written);
		}
	}

	private void read(TortureUnit unit, String stack) {
		List<String> written = unit.in(stack);
		String last = written.get(written.size() - 1);
		String newest = stack(stack).newest().map(Entry::item).orElse("nothing");
		if (!newest.equals(last)) {
			throw new IllegalStateException(
					"A transaction that has pushed " + last + " onto " + stack + " last reads " + newest + " there");
		}
	}

	private void intend(TortureUnit unit, boolean commits) {
		this.journal.write(commits ? TortureJournal.INTENT : TortureJournal.NEVER, unit.text());
	}

	private void committed(TortureUnit unit, boolean commits) {
		if (commits) {
			this.journal.write(TortureJournal.COMMITTED, String.valueOf(unit.number()));
		}
	}

	private TortureUnit unitOfAll(TortureUnit.Kind kind) {
		return unit(kind, Map.of(TortureNode.ALPHA, 1 + this.random.nextInt(4), TortureNode.BETA,
				1 + this.random.nextInt(4), TortureNode.QUEUE, 1 + this.random.nextInt(2)));
	}

	private TortureUnit unit(TortureUnit.Kind kind, Map<String, Integer> lengths) {
		SortedMap<String, List<String>> all = new TreeMap<>();
		lengths.forEach((structure, length) -> all.put(structure,
				Stream.generate(() -> Writers.item(this.writer, this.items++)).limit(length).toList()));
		return new TortureUnit(this.units++, kind, all);
	}

	private boolean anyOutcome() {
		return this.random.nextInt(3) > 0;
	}

	private String anyStack() {
		return this.random.nextBoolean() ? TortureNode.ALPHA : TortureNode.BETA;
	}

	private AppendStack<String> stack(String name) {
		return this.node.structures().stack(name, String.class, (stack) -> {
			stack.archived();
			if (this.changesBounds && this.random.nextInt(5) == 0) {
				stack.bounds(1 + this.random.nextInt(4), 1 + this.random.nextInt(60));
			}
		});
	}

}
