package io.github.appendonly.jpa;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import io.github.appendonly.state.Placement;
import org.jspecify.annotations.Nullable;

/**
 * What a batch of pushes does to a stack: which items go where, which layers are full
 * then, and which are pruned for whom. Touches no database.
 */
final class BatchPlan {

	/**
	 * Items that one layer gets.
	 */
	static final class Addition {

		private final long generation;

		private final int firstIndex;

		private final List<ItemArray> parts = new ArrayList<>();

		private int end;

		private Addition(Placement.Run run) {
			this.generation = run.generation();
			this.firstIndex = run.firstIndex();
			this.end = run.firstIndex();
		}

		private void add(ItemArray part) {
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
			return new Slice(this.generation, this.firstIndex, ItemArray.join(this.parts));
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

	/**
	 * Starts from a stack's row.
	 * @param before the row
	 * @param withPruners whether pruners are called; if not, layers that are theirs stay
	 */
	BatchPlan(StackHead before, boolean withPruners) {
		this.before = before;
		this.after = before;
		this.withPruners = withPruners;
	}

	/**
	 * Adds a request's items behind those of the earlier ones.
	 * @param request the request
	 * @return the position of its first item; of the newest one if it brings none
	 */
	Position add(PushRequest<?> request) {
		StackBounds bounds = request.terms().boundsOf(this.after);
		boolean archived = request.terms().archives(this.after);
		boolean hasPruner = request.terms().hasPruner(this.after);
		Placement placement = Placement.of(bounds, this.after.extent(), request.items().length());
		if (placement.runs().isEmpty()) {
			return new Position(this.after.generation(), Math.max(0, this.after.length() - 1));
		}
		Placement.Run first = placement.runs().get(0);
		Placement.Run last = placement.runs().get(placement.runs().size() - 1);
		Iterator<ItemArray> parts = request.items()
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

	boolean isEmpty() {
		return this.additions.isEmpty();
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
	 * The layers that have to go, oldest first.
	 */
	List<Pruning> prunings() {
		return this.prunings;
	}

}
