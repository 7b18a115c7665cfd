package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.sequencer.plan.BatchPlan;
import io.github.appendonly.jpa.sequencer.plan.LayerReader;
import io.github.appendonly.jpa.sequencer.plan.PlanWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import io.github.appendonly.CorruptStructureException;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.table.InboxEntry;
import io.github.appendonly.jpa.table.StackHead;
import io.github.appendonly.jpa.table.StackTable;
import io.github.appendonly.jpa.table.StructureTables;
import io.github.appendonly.jpa.transaction.Transactions;
import org.springframework.orm.ObjectOptimisticLockingFailureException;

/**
 * Places batches in the transaction of the calling thread: an internal transaction, or
 * the caller's. It works on any database, and it is the only class that calls pruners and
 * that sets rows of inboxes aside.
 */
public final class TransactionalPlacer {

	/**
	 * How a batch is placed.
	 *
	 * @param locked whether the stack's row is locked when it is read; if not, its
	 * version is compared when it is written
	 * @param prunes whether pruners are called; if not, the layers for pruners stay
	 * @param waits whether to wait for another transaction that has the row locked; if
	 * not, the row is locked when it is read
	 * @param creates whether to create a row that does not exist, which may wait for
	 * another transaction on some databases even if this mode does not wait
	 */
	record Mode(boolean locked, boolean prunes, boolean waits, boolean creates) {

		static final Mode IN_TRANSACTION = new Mode(true, true, true, true);

	}

	/**
	 * Marks a thread that is in a pruner.
	 */
	private record InPruner(TransactionalPlacer placer, String stack) {
	}

	private final Transactions transactions;

	private final StructureTables tables;

	private final LayerReader layers;

	private final PlanWriter writer;

	private final Retentions retentions;

	private final BatchReporter reporter;

	TransactionalPlacer(Transactions transactions, StructureTables tables, PlanWriter writer, Retentions retentions,
			BatchReporter reporter) {
		this.transactions = transactions;
		this.tables = tables;
		this.layers = new LayerReader(tables);
		this.writer = writer;
		this.retentions = retentions;
		this.reporter = reporter;
	}

	/**
	 * Places the inbox and then a batch, in the caller's transaction. The stack's row
	 * stays locked until the transaction ends.
	 * @param batch the batch
	 */
	public void placeInTransaction(Batch batch) {
		boolean placed = false;
		while (!placed) {
			placed = place(batch, Mode.IN_TRANSACTION).isPresent();
			batch.committed();
		}
		this.transactions.afterCommit(() -> {
			this.reporter.changed(batch);
			if (batch.pruned() > 0) {
				this.reporter.pruned(batch);
			}
		});
	}

	/**
	 * Places the inbox and then a batch.
	 * @param batch the batch
	 * @param mode how to place the batch
	 * @return the position of the first item of each request; empty if the inbox had more
	 * rows than one batch places, or rows that were set aside, in which case the requests
	 * are not placed, because they come after the inbox
	 * @throws ObjectOptimisticLockingFailureException if another transaction has changed
	 * the stack in between
	 * @throws StackBusyException if another transaction has the row locked, and the mode
	 * is not to wait for it
	 * @throws CorruptStructureException if the stack's rows do not fit together
	 */
	Optional<List<Position>> place(Batch batch, Mode mode) {
		String name = batch.stack();
		Optional<StackTable.WithEnd> present = mode.waits() ? this.tables.stacks().withEnd(name, mode.locked())
				: freeWithEnd(name);
		if (present.isEmpty() && !batch.bringsItems() && !this.tables.inbox().anyIn(name)) {
			return Optional.of(batch.requests().stream().map((request) -> new Position(0, 0)).toList());
		}
		StackHead head = present.map((row) -> fitting(name, row)).orElseGet(() -> create(name, mode));
		batch.found(head);
		List<InboxEntry> waiting = this.tables.inbox().waiting(name, BatchPlan.INBOX_ROWS);
		if (setAside(name, waiting)) {
			return Optional.empty();
		}
		BatchPlan plan = this.retentions.plan(name, (retention) -> BatchPlan.of(head, waiting, BatchPlan.INBOX_ROWS,
				batch.requests(), mode.prunes(), retention));
		batch.planned(plan);
		if (!plan.isEmpty()) {
			callPruners(name, plan, mode);
			write(name, plan, mode);
		}
		return plan.positions();
	}

	/**
	 * Checks that a stack's slices end where its row says. A statement that has waited
	 * for the lock may not have seen them as they are, so they are read again.
	 */
	private StackHead fitting(String name, StackTable.WithEnd row) {
		if (row.fits()) {
			return row.head();
		}
		StackTable.WithEnd again = this.tables.stacks().withEnd(name, false).orElseThrow(() -> lostRace(name));
		if (!again.fits() && this.tables.seesOneMoment()) {
			throw this.tables.stacks().corrupt(name, again);
		}
		if (again.head().version() != row.head().version()) {
			throw lostRace(name);
		}
		return row.head();
	}

	/**
	 * Sets the rows aside that cannot be placed.
	 * @return whether there were any
	 */
	private boolean setAside(String name, List<InboxEntry> waiting) {
		List<InboxEntry> flawed = waiting.stream().filter((row) -> row.flaw().isPresent()).toList();
		if (flawed.isEmpty()) {
			return false;
		}
		if (!this.transactions.allOrNothing(() -> this.tables.setAside().takeFromInbox(name, flawed))) {
			throw lostRace(name);
		}
		this.transactions.afterCommit(() -> this.reporter.setAside(name, flawed));
		return true;
	}

	/**
	 * Writes a plan. Pruners are called before that. If a pruner fails, nothing is
	 * written yet, and a caller that continues its transaction finds the stack as it was.
	 */
	private void write(String name, BatchPlan plan, Mode mode) {
		if (mode.locked() && !plan.archived().isEmpty()) {
			this.tables.archives().requireNewer(name, plan.archived().get(0).generation());
		}
		if (!this.transactions.allOrNothing(() -> this.writer.write(name, plan))) {
			throw lostRace(name);
		}
	}

	private StackHead create(String name, Mode mode) {
		if (!mode.creates()) {
			throw new StackBusyException(name);
		}
		if (mode.waits()) {
			this.tables.stacks().createIfAbsent(name);
		}
		else if (!this.tables.stacks().createWithoutWaiting(name)) {
			throw new StackBusyException(name); // another transaction is creating the row
		}
		return head(name, mode.locked()).orElseThrow(() -> this.tables.slices()
			.withoutStack(name)
			.<RuntimeException>map(Function.identity())
			.orElseGet(() -> lostRace(name)));
	}

	private Optional<StackTable.WithEnd> freeWithEnd(String name) {
		Optional<StackTable.WithEnd> free = this.tables.stacks().freeWithEnd(name);
		if (free.isEmpty() && this.tables.stacks().head(name).isPresent()) {
			throw new StackBusyException(name);
		}
		return free;
	}

	private Optional<StackHead> head(String name, boolean locked) {
		return locked ? this.tables.stacks().lockedHead(name) : this.tables.stacks().head(name);
	}

	/**
	 * Gives the stack's row a new version, after all transactions that have it locked. A
	 * batch that was planned before and is not committed yet can then not be written.
	 */
	public void fence(String name) {
		StackHead head = head(name, true).orElseGet(() -> create(name, Mode.IN_TRANSACTION));
		if (!this.tables.stacks().advance(name, head, head.withVersion(StackHead.newVersion()))) {
			throw lostRace(name);
		}
	}

	/**
	 * Removes a stack with its items, its inbox and its archive, under a lock on its row.
	 * If there is no row, one is created first, because another transaction may be about
	 * to create it. It also removes rows that do not fit together.
	 */
	public void delete(String name) {
		if (head(name, true).isEmpty()) {
			this.tables.slices().deleteLayers(name, 0, Long.MAX_VALUE);
			create(name, Mode.IN_TRANSACTION);
		}
		this.transactions.allOrNothing(() -> {
			List<String> keys = new ArrayList<>(this.tables.inbox().deleteAll(name));
			keys.addAll(this.tables.setAside().deleteAll(name));
			this.tables.slices().deleteLayers(name, 0, Long.MAX_VALUE);
			this.tables.archives().deleteAll(name);
			this.tables.keys().deleteOfStack(name, keys);
			this.tables.stacks().delete(name);
			return name;
		});
		this.transactions.afterCommit(() -> this.reporter.dropped(name));
	}

	private static ObjectOptimisticLockingFailureException lostRace(String stack) {
		return new ObjectOptimisticLockingFailureException("AppendOnlyStack", stack);
	}

	/**
	 * Calls the pruners, once it is certain that this transaction will prune.
	 */
	private void callPruners(String name, BatchPlan plan, Mode mode) {
		List<BatchPlan.Pruning> calls = plan.prunerCalls();
		if (calls.isEmpty()) {
			return;
		}
		boolean certain = mode.locked()
				|| head(name, true).stream().anyMatch((head) -> head.version() == plan.before().version());
		if (!certain) {
			throw lostRace(name);
		}
		this.transactions.marked(new InPruner(this, name), () -> {
			for (BatchPlan.Pruning call : calls) {
				long generation = call.generation();
				call.cause().prune(generation, this.layers.whole(name, generation, plan.addition(generation)));
			}
		});
	}

	/**
	 * Returns whether the calling thread is in a pruner of a stack. Such a thread cannot
	 * place items on that stack, because the next position is not certain before the
	 * pruner returns.
	 */
	public boolean isPruning(String stack) {
		return this.transactions.isMarked(new InPruner(this, stack));
	}

	/**
	 * Checks that the calling thread is not in a pruner of the stack. Such a thread
	 * cannot place items there and wait for it.
	 * @throws IllegalStateException if the calling thread is in such a pruner
	 */
	public void requireNotPruning(String stack) {
		if (isPruning(stack)) {
			throw new IllegalStateException("A pruner of stack '" + stack + "' cannot wait for another push onto it."
					+ " It may push in the transaction that prunes. The item is placed when that transaction has committed");
		}
	}

}
