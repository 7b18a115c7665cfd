package io.github.appendonly.jpa;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.appendonly.Position;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.orm.ObjectOptimisticLockingFailureException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Carries out what a batch does to a stack, in the transaction of the calling thread: the
 * sequencer's own, or a caller's.
 */
final class StackStore {

	/** How many rows of an inbox are placed in one go. */
	private static final int INBOX_ROWS = 500;

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

	private final StackRepository stacks;

	private final StackCreation creation;

	private final SliceRepository slices;

	private final InboxRepository inbox;

	private final ArchiveStore archives;

	StackStore(StackRepository stacks, StackCreation creation, SliceRepository slices, InboxRepository inbox,
			ArchiveStore archives) {
		this.stacks = stacks;
		this.creation = creation;
		this.slices = slices;
		this.inbox = inbox;
		this.archives = archives;
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
		List<InboxRepository.Waiting> waiting = this.inbox.oldest(name, Limit.of(INBOX_ROWS));
		BatchPlan plan = new BatchPlan(head, mode.prunes());
		StackDefinition<?> inboxDefinition = inboxDefinition(requests);
		waiting.forEach((row) -> plan.add(PushRequest.waiting(inboxDefinition, row)));
		boolean moreWaiting = waiting.size() == INBOX_ROWS;
		List<Position> positions = moreWaiting ? List.of() : requests.stream().map(plan::add).toList();
		if (!plan.isEmpty()) {
			write(name, plan, mode);
			takeFromInbox(name, waiting);
		}
		return moreWaiting ? Optional.empty() : Optional.of(positions);
	}

	/**
	 * Of several handles, one that has a pruner places the inbox.
	 */
	private static StackDefinition<?> inboxDefinition(List<PushRequest<?>> requests) {
		for (PushRequest<?> request : requests) {
			if (request.definition().settings().pruner().isPresent()) {
				return request.definition();
			}
		}
		return requests.get(0).definition();
	}

	private StackHead create(String name, boolean locked) {
		this.creation.createIfAbsent(name);
		return head(name, locked).orElseThrow(() -> lostRace(name));
	}

	private Optional<StackHead> head(String name, boolean locked) {
		return locked ? this.stacks.lockedHead(name) : this.stacks.head(name);
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

	private void takeFromInbox(String name, List<InboxRepository.Waiting> rows) {
		if (!rows.isEmpty()
				&& this.inbox.delete(name, rows.stream().map(InboxRepository.Waiting::id).toList()) != rows.size()) {
			throw lostRace(name);
		}
	}

	private static ObjectOptimisticLockingFailureException lostRace(String stack) {
		return new ObjectOptimisticLockingFailureException(StackRow.class, stack);
	}

	/**
	 * Writes a plan. Pruners come first: when one fails, nothing is written yet, so that
	 * a caller who goes on with its transaction all the same finds the stack as it was.
	 * Then comes the stack's row: whoever loses a race learns of it before all else, and
	 * whoever wins it has the row locked for the rest.
	 */
	private void write(String name, BatchPlan plan, Mode mode) {
		long oldestBefore = plan.before().oldestGeneration();
		long oldest = plan.oldestGeneration();
		Map<Long, SliceRepository.LayerLength> stored = (oldest > oldestBefore)
				? this.slices.lengths(name, oldestBefore, oldest)
					.stream()
					.collect(Collectors.toMap(SliceRepository.LayerLength::generation, Function.identity()))
				: Map.of();
		callPruners(name, plan, mode);
		if (!this.stacks.advance(name, plan.after(prunedLength(plan, stored)))) {
			throw lostRace(name);
		}
		for (BatchPlan.Addition addition : plan.additions()) {
			if (addition.generation() >= oldest) {
				write(name, addition, plan.isSealed(addition.generation()));
			}
		}
		if (oldest > oldestBefore) {
			archive(name, plan, stored);
			this.slices.deleteLayers(name, oldestBefore, oldest);
		}
	}

	/**
	 * Calls the pruners, when it is certain that this transaction is the one to prune.
	 */
	private void callPruners(String name, BatchPlan plan, Mode mode) {
		List<BatchPlan.Pruning> calls = plan.prunings()
			.stream()
			.filter((pruning) -> pruning.cause().callsPruner())
			.toList();
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
				call.cause().prune(call.generation(), whole(name, call.generation(), plan.addition(call.generation())));
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

	private static int prunedLength(BatchPlan plan, Map<Long, SliceRepository.LayerLength> stored) {
		if (plan.prunings().isEmpty()) {
			return plan.before().prunedLength();
		}
		long newestPruned = plan.oldestGeneration() - 1;
		BatchPlan.Addition addition = plan.addition(newestPruned);
		SliceRepository.LayerLength layer = stored.get(newestPruned);
		return (addition != null) ? addition.end() : (layer != null) ? layer.length() : 0;
	}

	private void write(String name, BatchPlan.Addition addition, boolean sealed) {
		if (sealed && addition.continues()) {
			ItemArray whole = whole(name, addition.generation(), addition);
			this.slices.deleteLayers(name, addition.generation(), addition.generation() + 1);
			this.slices.insert(name, new Slice(addition.generation(), 0, whole));
		}
		else {
			this.slices.insert(name, addition.slice());
		}
	}

	private void archive(String name, BatchPlan plan, Map<Long, SliceRepository.LayerLength> stored) {
		List<BatchPlan.Pruning> archived = plan.prunings().stream().filter(BatchPlan.Pruning::archived).toList();
		if (archived.isEmpty()) {
			return;
		}
		ArchivedLayerRepository.End end = this.archives.end(name);
		for (BatchPlan.Pruning pruning : archived) {
			long generation = pruning.generation();
			BatchPlan.Addition addition = plan.addition(generation);
			SliceRepository.LayerLength layer = stored.get(generation);
			if (addition == null && layer != null && layer.slices() == 1) {
				end = this.archives.addFromStack(name, end, generation, layer.length());
			}
			else {
				end = this.archives.add(name, end, generation, whole(name, generation, addition));
			}
		}
	}

	/**
	 * All items of a layer.
	 * @param addition what this batch adds to it, if anything
	 */
	private ItemArray whole(String name, long generation, BatchPlan.@Nullable Addition addition) {
		List<ItemArray> parts = new ArrayList<>();
		if (addition == null || addition.continues()) {
			this.slices.layer(name, generation).forEach((slice) -> parts.add(slice.items()));
		}
		if (addition != null) {
			parts.add(addition.slice().items());
		}
		return parts.isEmpty() ? ItemArray.EMPTY : ItemArray.join(parts);
	}

}
