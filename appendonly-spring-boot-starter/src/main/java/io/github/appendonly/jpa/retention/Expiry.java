package io.github.appendonly.jpa.retention;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import io.github.appendonly.jpa.sequencer.Retentions;
import io.github.appendonly.jpa.sequencer.plan.LayerReader;
import io.github.appendonly.jpa.table.ArchiveTable;
import io.github.appendonly.jpa.table.ExpiryStatements;
import io.github.appendonly.jpa.table.ExpiryStatements.DueStack;
import io.github.appendonly.jpa.table.ExpiryStatements.KeptLayer;
import io.github.appendonly.jpa.table.StackHead;
import io.github.appendonly.jpa.table.StackLimits;
import io.github.appendonly.jpa.table.StructureTables;

/**
 * The steps that apply the limits of one stack and its archive. Each step needs a
 * transaction of its own, and removes a few layers.
 */
final class Expiry {

	/*
	 * Layers of the archive are removed without the stack's row: a caller's transaction
	 * may have them locked for long, and no push must wait for that. A batch that
	 * archives meanwhile only adds newer layers, linked to one that has gone, as after
	 * any expiry.
	 *
	 * Layers of the stack are removed with the stack's row locked, so nothing is placed
	 * meanwhile. The row gets a new version, so no batch can be written that was planned
	 * before.
	 *
	 * Layers go in the order of their generations, those of the archive before those of
	 * the stack, so that no reader finds a gap. A layer that seems older than the one
	 * before it waits for that one: the clock of the database was set.
	 *
	 * If a stack loses its last layer, its row says that the next layer is the newest
	 * one, and empty. So the next item gets a position that no item has had, and cursors
	 * at the last item are still good. What the stack moves to the archive next is linked
	 * to the layer that it has lost last, which the row knows.
	 */

	/**
	 * The room that the limits of bytes leave when a run looks at a stack.
	 *
	 * @param firstArchived the oldest generation of the archive that there is room for
	 * @param firstOfStack the oldest generation of the stack that there is room for
	 */
	record Surplus(long firstArchived, long firstOfStack) {

		static final Surplus NONE = new Surplus(0, 0);

	}

	/**
	 * The outcome of one step.
	 *
	 * @param removed what was removed
	 * @param more whether the same step may have more to remove
	 * @param again whether the next run is to look at the stack in any case
	 */
	record Outcome(Removed removed, boolean more, boolean again) {

		private static final Outcome NOTHING = new Outcome(Removed.NOTHING, false, false);

	}

	private final StructureTables tables;

	private final ExpiryStatements statements;

	private final Retentions retentions;

	private final LayerReader reader;

	private final int limit;

	/**
	 * Creates the steps.
	 * @param limit the maximum number of layers that one step removes
	 */
	Expiry(StructureTables tables, Retentions retentions, int limit) {
		this.tables = tables;
		this.statements = tables.expiry();
		this.retentions = retentions;
		this.reader = new LayerReader(tables);
		this.limit = limit;
	}

	/**
	 * Returns what the limits of bytes leave room for.
	 * @param until the time until which the limits must be due
	 */
	Surplus surplus(String stack, OffsetDateTime until) {
		return this.statements.read(stack, until)
			.map((due) -> surplus(stack, due.head().limits()))
			.orElse(Surplus.NONE);
	}

	private Surplus surplus(String stack, StackLimits limits) {
		Long archived = limits.archiveMaxBytes();
		Long bytes = limits.maxBytes();
		return new Surplus((archived != null) ? this.statements.firstOfArchiveWithin(stack, archived) : 0,
				(bytes != null) ? this.statements.firstOfStackWithin(stack, bytes) : 0);
	}

	/**
	 * Removes layers of the archive. The newest layer only goes by its age.
	 */
	Outcome shortenArchive(String stack, OffsetDateTime until, Surplus surplus) {
		DueStack due = this.statements.read(stack, until).orElse(null);
		if (due == null) {
			return Outcome.NOTHING;
		}
		List<KeptLayer> layers = this.statements.lockOldestOfArchive(stack, this.limit + 1);
		long newest = layers.isEmpty() ? 0 : this.tables.archives().end(stack).generation();
		long tooMany = layers.isEmpty() ? 0 : tooMany(stack, due.head().limits());
		long fits = Math.min(newest,
				Math.max(surplus.firstArchived(), layers.isEmpty() ? 0 : layers.get(0).generation() + tooMany));
		Portion portion = Portion.of(layers, this.limit, held(stack, due, fits),
				(i) -> isOld(layers, i, due) || (layers.get(i).generation() < newest
						&& (i < tooMany || layers.get(i).generation() < surplus.firstArchived())));
		if (!portion.isEmpty()) {
			this.statements.deleteFromArchive(stack, portion.newestGone().generation() + 1);
		}
		return outcome(portion, new Removed(1, 0, portion.layers(), portion.items(), 0, 0));
	}

	/**
	 * Returns how many layers of an archive are too many. It is counted while the oldest
	 * layers are locked: what another run removes must not be removed again.
	 */
	private long tooMany(String stack, StackLimits limits) {
		Long layers = limits.archiveMaxLayers();
		return (layers != null) ? Math.max(0, this.tables.archives().layerCount(stack) - layers) : 0;
	}

	/**
	 * Removes layers of the stack that are too old, if none are left in the archive.
	 */
	Outcome removeOld(String stack, OffsetDateTime until) {
		DueStack due = this.statements.lock(stack, until).orElse(null);
		if (due == null || !this.statements.oldestOfArchive(stack, 1).isEmpty()) {
			return Outcome.NOTHING;
		}
		List<KeptLayer> layers = this.statements.oldestOfStack(stack, this.limit + 1);
		Portion portion = Portion.of(layers, this.limit, held(stack, due, 0), (i) -> isOld(layers, i, due));
		if (!portion.isEmpty()) {
			shorten(stack, due.head(), portion.newestGone());
		}
		return outcome(portion, new Removed(1, portion.layers(), 0, portion.items(), 0, 0));
	}

	/**
	 * Removes layers of the stack that there is no room for. They go to the archive, if
	 * the stack has one. The newest layer stays. Layers for a pruner stay too: only
	 * handles have it.
	 */
	Outcome removeSurplus(String stack, OffsetDateTime until, Surplus surplus) {
		DueStack due = (surplus.firstOfStack() > 0) ? this.statements.lock(stack, until).orElse(null) : null;
		if (due == null || due.head().hasPruner()) {
			return Outcome.NOTHING;
		}
		StackHead head = due.head();
		List<KeptLayer> layers = this.statements.oldestOfStack(stack, this.limit + 1);
		Portion portion = Portion.of(layers, this.limit, held(stack, due, surplus.firstOfStack()),
				(i) -> layers.get(i).generation() < Math.min(head.generation(), surplus.firstOfStack()));
		if (portion.isEmpty()) {
			return outcome(portion, Removed.NOTHING);
		}
		if (head.archived()) {
			archive(stack, portion.gone(), head);
		}
		shorten(stack, head, portion.newestGone());
		return head.archived()
				? new Outcome(new Removed(1, 0, 0, 0, portion.layers(), 0), portion.full(),
						portion.held() || head.limits().limitArchive())
				: outcome(portion, new Removed(1, portion.layers(), 0, portion.items(), 0, 0));
	}

	/**
	 * Sets when the limits are to be applied next, because of the layers that are there
	 * now.
	 * @param again whether the next run is to look again in any case
	 */
	Outcome schedule(String stack, OffsetDateTime until, boolean again) {
		this.statements.lock(stack, until)
			.ifPresent((due) -> this.statements.schedule(stack, next(stack, due, again).orElse(null)));
		return Outcome.NOTHING;
	}

	private Optional<Instant> next(String stack, DueStack due, boolean again) {
		List<Instant> times = new ArrayList<>();
		if (again) {
			times.add(due.now());
		}
		Long retention = due.head().limits().retention();
		if (retention != null) {
			for (List<KeptLayer> layers : List.of(this.statements.oldestOfArchive(stack, 2),
					this.statements.oldestOfStack(stack, 2))) {
				if (!layers.isEmpty()) {
					times.add(Portion.placedAt(layers, 0, due.now()).plusSeconds(retention));
				}
			}
		}
		return times.stream().min(Comparator.naturalOrder()).map((time) -> time.isBefore(due.now()) ? due.now() : time);
	}

	private static Outcome outcome(Portion portion, Removed removed) {
		return new Outcome(portion.isEmpty() ? Removed.NOTHING : removed, portion.full(), portion.held());
	}

	private static boolean isOld(List<KeptLayer> layers, int index, DueStack due) {
		Long retention = due.head().limits().retention();
		return retention != null
				&& Portion.placedAt(layers, index, due.now()).isBefore(due.now().minusSeconds(retention));
	}

	/**
	 * Returns the generation from which on layers are held for subscribers.
	 * @param fits the oldest generation that the limits of size keep
	 */
	private long held(String stack, DueStack due, long fits) {
		Long retention = due.head().limits().retention();
		return this.retentions.oldestHeld(stack, due.head(), () -> Math.max(fits, (retention != null)
				? this.statements.firstSince(stack, due.head(), due.now().minusSeconds(retention)) : 0));
	}

	private void shorten(String stack, StackHead head, KeptLayer newest) {
		this.tables.slices().deleteLayers(stack, head.oldestGeneration(), newest.generation() + 1);
		this.statements.write(stack, head.without(newest.generation() + 1, newest.length()));
	}

	private void archive(String stack, List<KeptLayer> layers, StackHead head) {
		ArchiveTable archives = this.tables.archives();
		ArchiveTable.End end = archives.end(stack);
		if (end.equals(ArchiveTable.End.NONE)) {
			end = ArchiveTable.End.before(layers.get(0).generation(), head.prunedLength());
		}
		for (KeptLayer layer : layers) {
			long generation = layer.generation();
			end = (layer.slices() == 1) ? archives.addFromStack(stack, end, generation, layer.length()).orElseThrow()
					: archives.add(stack, end, generation, this.reader.whole(stack, generation, null),
							layer.newestAt());
		}
	}

}
