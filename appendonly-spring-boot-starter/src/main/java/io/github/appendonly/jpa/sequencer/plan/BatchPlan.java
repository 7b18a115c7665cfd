package io.github.appendonly.jpa.sequencer.plan;

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
import io.github.appendonly.jpa.table.KeyTable;
import io.github.appendonly.jpa.table.StackHead;
import io.github.appendonly.jpa.table.StackTerms;
import io.github.appendonly.state.Placement;
import org.jspecify.annotations.Nullable;

/**
 * The effect of a batch on a stack: the layer of each item, the layers that become full,
 * and the layers that are pruned, with the request that prunes them. A plan does not use
 * the database.
 */
public final class BatchPlan {

	/** The maximum number of inbox rows that one batch places. */
	public static final int INBOX_ROWS = 500;

	/**
	 * The items that one layer gets.
	 */
	public static final class Addition {

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

		public long generation() {
			return this.generation;
		}

		/**
		 * Returns the length of the layer before this batch.
		 */
		public int firstIndex() {
			return this.firstIndex;
		}

		/**
		 * Returns the length of the layer after this batch.
		 */
		public int end() {
			return this.end;
		}

		/**
		 * Returns whether the layer had items before this batch.
		 */
		public boolean continues() {
			return this.firstIndex > 0;
		}

		public Slice slice() {
			return new Slice(this.generation, this.firstIndex, JsonArray.join(this.parts));
		}

	}

	/**
	 * A layer that is pruned.
	 *
	 * @param generation the generation of the layer
	 * @param cause the request that prunes the layer
	 * @param archived whether the layer goes to the archive of the stack's name
	 */
	public record Pruning(long generation, PushRequest<?> cause, boolean archived) {
	}

	private final StackHead before;

	private final long newVersion = StackHead.newVersion();

	private StackHead after;

	private final NavigableMap<Long, Addition> additions = new TreeMap<>();

	private final Set<Long> sealed = new HashSet<>();

	private final List<Pruning> prunings = new ArrayList<>();

	private final boolean withPruners;

	private final Optional<Retention> retention;

	private final List<Long> taken = new ArrayList<>();

	private final List<KeyTable.Placed> placedKeys = new ArrayList<>();

	private Optional<List<Position>> positions = Optional.empty();

	private BatchPlan(StackHead before, boolean withPruners, Optional<Retention> retention) {
		this.before = before;
		this.after = before;
		this.withPruners = withPruners;
		this.retention = retention;
	}

	/**
	 * Plans a batch: first the items in the inbox, then the requests.
	 * @param before the stack's row
	 * @param waiting the first rows of the inbox
	 * @param limit the maximum number of rows that were read; if there are that many, the
	 * inbox may have more rows, which must be placed first, so the requests are left to
	 * another batch
	 * @param requests the requests; at least one
	 * @param withPruners whether pruners are called; if not, the layers for pruners stay
	 * @param retention what the stack keeps beyond its bounds, if anything
	 */
	public static BatchPlan of(StackHead before, List<InboxEntry> waiting, int limit, List<PushRequest<?>> requests,
			boolean withPruners, Optional<Retention> retention) {
		BatchPlan plan = new BatchPlan(before, withPruners, retention);
		StackDefinition<?> definition = inboxDefinition(requests);
		for (InboxEntry row : waiting) {
			plan.add(PushRequest.waiting(definition, row));
			plan.taken.add(row.id());
		}
		if (waiting.size() < limit) {
			plan.positions = Optional.of(requests.stream().map(plan::add).toList());
		}
		return plan;
	}

	/**
	 * Returns the definition for placing the inbox. If the requests have several handles,
	 * one with a pruner is chosen.
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
	 * Adds the items of a request after those of the earlier requests.
	 * @param request the request
	 * @return the position of its first item, or the newest position if the request has
	 * no items
	 */
	private Position add(PushRequest<?> request) {
		StackTerms terms = this.after.isNew() ? request.termsOfNew() : request.terms();
		StackBounds bounds = terms.boundsOf(this.after);
		boolean archived = terms.archives(this.after);
		boolean hasPruner = terms.hasPruner(this.after);
		Placement placement = Placement.of(bounds, this.after.extent(), request.items().length());
		if (placement.runs().isEmpty()) {
			return new Position(this.after.generation(), Math.max(0, this.after.length() - 1));
		}
		addKeys(request, placement);
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
		long oldest = pruned ? oldest(bounds, placement.pruned(), last.generation()) : this.after.oldestGeneration();
		for (long generation = this.after.oldestGeneration(); generation < oldest; generation++) {
			this.prunings.add(new Pruning(generation, request, archived));
		}
		this.after = new StackHead(bounds.maxLayers(), bounds.maxLength(), archived, hasPruner, last.generation(),
				last.end(), oldest, this.after.prunedLength(), this.newVersion, terms.limitsOf(this.after));
		return new Position(first.generation(), first.firstIndex());
	}

	private void addKeys(PushRequest<?> request, Placement placement) {
		request.keys().byIndex().forEach((index, key) -> {
			int before = 0;
			for (Placement.Run run : placement.runs()) {
				if (index < before + run.length()) {
					this.placedKeys.add(new KeyTable.Placed(key,
							new Position(run.generation(), run.firstIndex() + index - before)));
					return;
				}
				before += run.length();
			}
		});
	}

	/**
	 * Returns the generation of the oldest layer that stays.
	 */
	private long oldest(StackBounds bounds, long surplus, long newest) {
		long oldest = this.after.oldestGeneration() + surplus;
		long kept = this.retention
			.map((retention) -> retention.oldest(bounds, newest, addition(retention.cursor().generation())))
			.orElse(oldest);
		return Math.max(this.after.oldestGeneration(), Math.min(oldest, kept));
	}

	/**
	 * Returns the position of the first item of each request, or the newest position
	 * where a request has no items. It is empty if the requests are left to another
	 * batch.
	 */
	public Optional<List<Position>> positions() {
		return this.positions;
	}

	/**
	 * Returns the ids of the inbox rows that are placed.
	 */
	public List<Long> taken() {
		return this.taken;
	}

	public boolean isEmpty() {
		return this.additions.isEmpty();
	}

	/**
	 * Returns whether this plan only adds slices: no layer becomes full that had slices
	 * before, none is pruned, limits stay as they are, and no item has a key.
	 */
	public boolean onlyAdds() {
		return this.prunings.isEmpty() && newlySealed().isEmpty() && !this.after.changesSchedule(this.before)
				&& this.placedKeys.isEmpty();
	}

	/**
	 * Returns the number of items that are placed.
	 */
	public int items() {
		return this.additions.values().stream().mapToInt((addition) -> addition.end - addition.firstIndex).sum();
	}

	public StackHead before() {
		return this.before;
	}

	/**
	 * Returns the stack's new row, with a new version.
	 * @param prunedLength the number of items in the newest of the pruned layers
	 */
	public StackHead after(int prunedLength) {
		return new StackHead(this.after.maxLayers(), this.after.maxLength(), this.after.archived(),
				this.after.hasPruner(), this.after.generation(), this.after.length(), this.after.oldestGeneration(),
				prunedLength, this.after.version(), this.after.limits());
	}

	public long oldestGeneration() {
		return this.after.oldestGeneration();
	}

	public Collection<Addition> additions() {
		return this.additions.values();
	}

	/**
	 * Returns the items that a layer gets.
	 * @param generation the generation of the layer
	 * @return the addition, or null if the layer gets no items
	 */
	public @Nullable Addition addition(long generation) {
		return this.additions.get(generation);
	}

	/**
	 * Returns whether a layer that gets items is full after this batch.
	 */
	public boolean isSealed(long generation) {
		return this.sealed.contains(generation);
	}

	/**
	 * Returns the layer that had items before this batch and is full after it, if that
	 * layer is kept.
	 */
	public OptionalLong newlySealed() {
		return this.additions.values()
			.stream()
			.filter((addition) -> addition.continues() && isSealed(addition.generation())
					&& addition.generation() >= oldestGeneration())
			.mapToLong(Addition::generation)
			.findFirst();
	}

	/**
	 * Returns the positions of the items that have a key.
	 */
	public List<KeyTable.Placed> placedKeys() {
		return this.placedKeys;
	}

	/**
	 * Returns the layers that are pruned, oldest first.
	 */
	public List<Pruning> prunings() {
		return this.prunings;
	}

	/**
	 * Returns the pruned layers that pruners get.
	 */
	public List<Pruning> prunerCalls() {
		return this.prunings.stream().filter((pruning) -> pruning.cause().callsPruner()).toList();
	}

	/**
	 * Returns the pruned layers that the archive gets.
	 */
	public List<Pruning> archived() {
		return this.prunings.stream().filter(Pruning::archived).toList();
	}

}
