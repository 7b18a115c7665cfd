package io.github.appendonly.jpa;

import java.util.List;
import java.util.Optional;

import io.github.appendonly.Position;
import org.springframework.orm.ObjectOptimisticLockingFailureException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Carries out what a batch does to a stack, in the transaction of the calling thread: the
 * sequencer's own, or a caller's.
 */
final class StackStore {

	/**
	 * How placing goes about it.
	 *
	 * @param locked whether the stack's row is locked when it is read; otherwise its
	 * version is compared when it is written
	 * @param prunes whether pruners are called; otherwise the layers that are theirs stay
	 */
	record Mode(boolean locked, boolean prunes) {
	}

	/**
	 * Marks threads that are in a pruner.
	 */
	private record PruningKey(StackStore store, String name) {
	}

	private final StackRows rows;

	private final StackRepository stacks;

	private final StackCreation creation;

	private final SliceRepository slices;

	private final InboxRepository inbox;

	private final ArchiveStore archives;

	private final StoredLayers layers;

	private final PlanWriter writer;

	private final BatchReports reports;

	StackStore(StackRows rows, StackRepository stacks, StackCreation creation, SliceRepository slices,
			InboxRepository inbox, ArchiveStore archives, PlanWriter writer, BatchReports reports) {
		this.rows = rows;
		this.stacks = stacks;
		this.creation = creation;
		this.slices = slices;
		this.inbox = inbox;
		this.archives = archives;
		this.layers = new StoredLayers(slices);
		this.writer = writer;
		this.reports = reports;
	}

	/**
	 * Places what waits in the inbox, and then requests.
	 * @param requests the requests, for one stack; at least one
	 * @param mode how to go about it
	 * @return the position of the first item of each request, or nothing if the inbox
	 * held more than is placed in one go: the requests, which come after it, are not
	 * placed then
	 * @throws ObjectOptimisticLockingFailureException if another transaction has changed
	 * the stack in between
	 */
	Optional<List<Position>> place(List<PushRequest<?>> requests, Mode mode) {
		String name = requests.get(0).definition().name();
		Optional<StackHead> present = head(name, mode.locked());
		if (present.isEmpty() && requests.stream().allMatch((request) -> request.items().isEmpty())
				&& !this.inbox.anyIn(name)) {
			return Optional.of(requests.stream().map((request) -> new Position(0, 0)).toList());
		}
		StackHead head = present.orElseGet(() -> create(name, mode.locked()));
		this.reports.found(head);
		List<WaitingRow> waiting = this.rows.waiting(name);
		BatchPlan plan = BatchPlan.of(head, waiting, requests, mode.prunes());
		this.reports.planned(plan);
		if (!plan.isEmpty()) {
			callPruners(name, plan, mode);
			write(name, plan, mode);
		}
		return plan.positions();
	}

	/**
	 * Writes a plan. Pruners were called before: when one fails, nothing is written yet,
	 * so that a caller who goes on with its transaction all the same finds the stack as
	 * it was.
	 */
	private void write(String name, BatchPlan plan, Mode mode) {
		if (this.writer.write(name, plan)) {
			return;
		}
		if (mode.locked() && !plan.archived().isEmpty()) {
			this.archives.requireNewer(name, plan.archived().get(0).generation());
		}
		throw lostRace(name);
	}

	private StackHead create(String name, boolean locked) {
		this.creation.createIfAbsent(name);
		return head(name, locked).orElseThrow(() -> lostRace(name));
	}

	private Optional<StackHead> head(String name, boolean locked) {
		return locked ? this.rows.lockedHead(name) : this.rows.head(name);
	}

	/**
	 * Removes a stack with all that is placed or waits, under a lock on its row. So it
	 * makes one first if there is none: somebody else may be about to.
	 */
	void delete(String name) {
		if (head(name, true).isEmpty()) {
			create(name, true);
		}
		this.inbox.deleteAll(name);
		this.slices.deleteLayers(name, 0, Long.MAX_VALUE);
		this.archives.deleteAll(name);
		this.stacks.delete(name);
	}

	private static ObjectOptimisticLockingFailureException lostRace(String stack) {
		return new ObjectOptimisticLockingFailureException(StackRow.class, stack);
	}

	/**
	 * Calls the pruners, when it is certain that this transaction is the one to prune.
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
		PruningKey key = new PruningKey(this, name);
		TransactionSynchronizationManager.bindResource(key, plan);
		try {
			for (BatchPlan.Pruning call : calls) {
				long generation = call.generation();
				call.cause().prune(generation, this.layers.whole(name, generation, plan.addition(generation)));
			}
		}
		finally {
			TransactionSynchronizationManager.unbindResource(key);
		}
	}

	/**
	 * Whether the calling thread is in a pruner of a stack. It cannot place anything
	 * there then: where the next item goes is not settled before the pruner returns.
	 */
	boolean isPruning(String name) {
		return TransactionSynchronizationManager.hasResource(new PruningKey(this, name));
	}

	/**
	 * Refuses to place items, and wait for it, from a pruner of the same stack.
	 * @throws IllegalStateException if the calling thread is in such a pruner
	 */
	void requireNotPruning(String name) {
		if (isPruning(name)) {
			throw new IllegalStateException("A pruner of stack '" + name + "' cannot wait for another push onto it."
					+ " It may push in the transaction that prunes: the item follows when that has committed");
		}
	}

}
