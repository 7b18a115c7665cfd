package io.github.appendonly.jpa.sequencer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.item.Slice;
import io.github.appendonly.jpa.table.InboxEntry;
import io.github.appendonly.jpa.table.StackHead;
import io.github.appendonly.state.Placement;
import org.jspecify.annotations.Nullable;

/**
 * What a batch of pushes does to a stack: which items go where, which layers are full
 * then, and which are pruned for whom. Touches no database.
 */
final class BatchPlan {

	/** How many rows of an inbox are placed in one go. */
	static final int INBOX_ROWS = 500;

	/**
	 * Items that one layer gets.
	 */
	static final class Addition {

		private final long generation;

		private final int firstIndex;

		private final List<JsonArray> parts = new ArrayList<>();

		private int end;

		private Addition(Placement.Run run) {
			this.generation = run.generation();
			this.firstIndex = run.firstIndex();
			this.end = run.firstIndex();
		}

		private void add(JsonArray part) {
			this.parts.add(part);
			this.end += part.length();
		}

		long generation() {
			return this.generation;
		}

		/**
		 * The length of the layer after this batch.
		 */
		int end() {
			return this.end;
		}

		/**
		 * Whether the layer had items before this batch.
		 */
		boolean continues() {
			return this.firstIndex > 0;
		}

		Slice slice() {
			return new Slice(this.generation, this.firstIndex, JsonArray.join(this.parts));
		}

	}

	/**
	 * A layer that has to go.
	 *
	 * @param generation the generation of the layer
	 * @param cause the request that it has to go for
	 * @param archived whether it goes to the archive of the stack's name
	 */
	record Pruning(long generation, PushRequest<?> cause, boolean archived) {
	}

	private final StackHead before;

	private StackHead after;

	private final NavigableMap<Long, Addition> additions = new TreeMap<>();

	private final Set<Long> sealed = new HashSet<>();

	private final List<Pruning> prunings = new ArrayList<>();

	private final boolean withPruners;

	private final List<Long> taken = new ArrayList<>();

	private Optional<List<Position>> positions = Optional.empty();

	private BatchPlan(StackHead before, boolean withPruners) {
		this.before = before;
		this.after = before;
		this.withPruners = withPruners;
	}

	/**
	 * Plans a batch: what waits in the inbox, and then requests.
	 * @param before the stack's row
	 * @param waiting the first rows of the inbox, {@value #INBOX_ROWS} at most; as many
	 * as that leave the requests to another batch, as there may be more rows, which have
	 * to come before
	 * @param requests the requests; at least one
	 * @param withPruners whether pruners are called; if not, layers that are theirs stay
	 */
	static BatchPlan of(StackHead before, List<InboxEntry> waiting, List<PushRequest<?>> requests,
			boolean withPruners) {
		BatchPlan plan = new BatchPlan(before, withPruners);
		StackDefinition<?> definition = inboxDefinition(requests);
		for (InboxEntry row : waiting) {
			plan.add(PushRequest.waiting(definition, row));
			plan.taken.add(row.id());
		}
		if (waiting.size() < INBOX_ROWS) {
			plan.positions = Optional.of(requests.stream().map(plan::add).toList());
		}
		return plan;
	}

	/**
	 * Of several handles, one that has a pruner places the inbox.
	 */
	private static StackDefinition<?> inboxDefinition(List<PushRequest<?>> requests) {
		for (PushRequest<?> request : requests) {
			if (request.definition().pruner().isPresent()) {
				return request.definition();
			}
		}
		return requests.get(0).definition();
	}

	/**
	 * Adds a request's items behind those of the earlier ones.
	 * @param request the request
	 * @return the position of its first item; of the newest one if it brings none
	 */
	private Position add(PushRequest<?> request) {
		StackBounds bounds = request.terms().boundsOf(this.after);
		boolean archived = request.terms().archives(this.after);
		boolean hasPruner = request.terms().hasPruner(this.after);
		Placement placement = Placement.of(bounds, this.after.extent(), request.items().length());
		if (placement.runs().isEmpty()) {
			return new Position(this.after.generation(), Math.max(0, this.after.length() - 1));
		}
		Placement.Run first = placement.runs().get(0);
		Placement.Run last = placement.runs().get(placement.runs().size() - 1);
		Iterator<JsonArray> parts = request.items()
			.split(placement.runs().stream().mapToInt(Placement.Run::length))
			.iterator();
		for (Placement.Run run : placement.runs()) {
			this.additions.computeIfAbsent(run.generation(), (key) -> new Addition(run)).add(parts.next());
			if (!run.equals(last) || run.end() >= bounds.maxLength()) {
				this.sealed.add(run.generation());
			}
		}
		boolean pruned = request.callsPruner() ? this.withPruners : !hasPruner;
		long oldest = this.after.oldestGeneration() + (pruned ? placement.pruned() : 0);
		for (long generation = this.after.oldestGeneration(); generation < oldest; generation++) {
			this.prunings.add(new Pruning(generation, request, archived));
		}
		this.after = new StackHead(bounds.maxLayers(), bounds.maxLength(), archived, hasPruner, last.generation(),
				last.end(), oldest, this.after.prunedLength(), this.before.version());
		return new Position(first.generation(), first.firstIndex());
	}

	/**
	 * The position of the first item of each request, of the newest item where a request
	 * brings none; nothing if the requests are left to another batch.
	 */
	Optional<List<Position>> positions() {
		return this.positions;
	}

	/**
	 * The ids of the inbox rows that are placed.
	 */
	List<Long> taken() {
		return this.taken;
	}

	boolean isEmpty() {
		return this.additions.isEmpty();
	}

	/**
	 * The number of items that are placed.
	 */
	int items() {
		return this.additions.values().stream().mapToInt((addition) -> addition.end - addition.firstIndex).sum();
	}

	StackHead before() {
		return this.before;
	}

	/**
	 * The stack's new row.
	 * @param prunedLength the number of items in the newest of the pruned layers
	 */
	StackHead after(int prunedLength) {
		return new StackHead(this.after.maxLayers(), this.after.maxLength(), this.after.archived(),
				this.after.hasPruner(), this.after.generation(), this.after.length(), this.after.oldestGeneration(),
				prunedLength, this.after.version());
	}

	long oldestGeneration() {
		return this.after.oldestGeneration();
	}

	Collection<Addition> additions() {
		return this.additions.values();
	}

	/**
	 * What a layer gets.
	 * @param generation the generation of the layer
	 * @return the addition, or null if it gets nothing
	 */
	@Nullable Addition addition(long generation) {
		return this.additions.get(generation);
	}

	/**
	 * Whether a layer with additions takes no more items.
	 */
	boolean isSealed(long generation) {
		return this.sealed.contains(generation);
	}

	/**
	 * The layer that had items before this batch and takes no more now, if it is kept.
	 */
	OptionalLong completed() {
		return this.additions.values()
			.stream()
			.filter((addition) -> addition.continues() && isSealed(addition.generation())
					&& addition.generation() >= oldestGeneration())
			.mapToLong(Addition::generation)
			.findFirst();
	}

	/**
	 * The layers that have to go, oldest first.
	 */
	List<Pruning> prunings() {
		return this.prunings;
	}

	/**
	 * Those of them that pruners get.
	 */
	List<Pruning> prunerCalls() {
		return this.prunings.stream().filter((pruning) -> pruning.cause().callsPruner()).toList();
	}

	/**
	 * Those of them that go to the archive.
	 */
	List<Pruning> archived() {
		return this.prunings.stream().filter(Pruning::archived).toList();
	}

}
