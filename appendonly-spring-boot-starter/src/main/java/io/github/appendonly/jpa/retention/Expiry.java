package io.github.appendonly.jpa.retention;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import io.github.appendonly.jpa.sequencer.Retentions;
import io.github.appendonly.jpa.sequencer.plan.LayerReader;
import io.github.appendonly.jpa.table.ArchiveTable;
import io.github.appendonly.jpa.table.ExpiryStatements;
import io.github.appendonly.jpa.table.ExpiryStatements.KeptLayer;
import io.github.appendonly.jpa.table.StackHead;
import io.github.appendonly.jpa.table.StackLimits;
import io.github.appendonly.jpa.table.StructureTables;
import org.jspecify.annotations.Nullable;

/**
 * Applies the limits of one stack and its archive, in the transaction of the calling
 * thread.
 */
final class Expiry {

	/*
	 * The stack's row is locked, so nothing is placed meanwhile. If the stack loses
	 * layers, the row gets a new version, so no batch can be written that was planned
	 * before. A row that another transaction has locked is left to the next run.
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
	 * The outcome for one portion.
	 *
	 * @param removed what was removed
	 * @param more whether there may be more to remove
	 */
	record Outcome(Removed removed, boolean more) {

		private static final Outcome NOTHING = new Outcome(Removed.NOTHING, false);

	}

	private final StructureTables tables;

	private final ExpiryStatements statements;

	private final Retentions retentions;

	private final LayerReader reader;

	private final int limit;

	/**
	 * Creates the rule.
	 * @param limit the maximum number of layers that one transaction removes
	 */
	Expiry(StructureTables tables, Retentions retentions, int limit) {
		this.tables = tables;
		this.statements = tables.expiry();
		this.retentions = retentions;
		this.reader = new LayerReader(tables);
		this.limit = limit;
	}

	/**
	 * Removes a portion of what exceeds the limits of a stack.
	 * @param stack the name of the stack
	 * @param until the time until which the limits must be due
	 */
	Outcome apply(String stack, OffsetDateTime until) {
		return this.statements.lock(stack, until)
			.map((locked) -> apply(stack, locked.head(), locked.now()))
			.orElse(Outcome.NOTHING);
	}

	private Outcome apply(String stack, StackHead head, Instant now) {
		StackLimits limits = head.limits();
		long held = this.retentions.oldestHeld(stack, head);
		Portion archived = ofArchive(stack, limits, now, held);
		List<KeptLayer> layers = this.statements.oldestOfStack(stack, this.limit + 1);
		Portion aged = Portion.of(layers, archived.left().isEmpty() ? this.limit : 0, held,
				(i) -> isOld(layers.get(i), limits, now));
		Portion surplus = surplus(stack, head, aged, held);
		if (!archived.gone().isEmpty()) {
			this.statements.deleteFromArchive(stack, newest(archived.gone()).generation() + 1);
		}
		int moved = shorten(stack, head, aged.gone(), surplus.gone());
		Removed removed = new Removed(1, aged.gone().size() + surplus.gone().size() - moved, archived.gone().size(),
				archived.items() + aged.items() + ((moved > 0) ? 0 : surplus.items()), moved, 0);
		boolean more = Stream.of(archived, aged, surplus).anyMatch(Portion::full);
		if (!more) {
			boolean again = Stream.of(archived, aged, surplus).anyMatch(Portion::held)
					|| (moved > 0 && limits.limitArchive());
			this.statements.schedule(stack, next(limits, now, again,
					Stream.of(archived.oldestLeft(), surplus.gone().stream().findFirst(), surplus.oldestLeft())));
		}
		return new Outcome(removed.isAnything() ? removed : Removed.NOTHING, more);
	}

	/**
	 * Returns what exceeds the limits of the archive. The newest layer only goes by its
	 * age.
	 */
	private Portion ofArchive(String stack, StackLimits limits, Instant now, long held) {
		List<KeptLayer> layers = this.statements.oldestOfArchive(stack, this.limit + 1);
		long newest = layers.isEmpty() ? 0 : this.tables.archives().end(stack).generation();
		long number = surplus(limits.archiveMaxLayers(), () -> this.tables.archives().layerCount(stack));
		long bytes = surplus(limits.archiveMaxBytes(), () -> this.statements.bytesOfArchive(stack));
		return Portion.of(layers, this.limit, held,
				(i) -> isOld(layers.get(i), limits, now) || (layers.get(i).generation() < newest
						&& (i < number || Portion.bytes(layers.subList(0, i)) < bytes)));
	}

	/**
	 * Returns what exceeds the limit for the size of the stack, of the layers that are
	 * not too old. The newest layer stays. Layers for a pruner stay: only handles have
	 * it.
	 */
	private Portion surplus(String stack, StackHead head, Portion aged, long held) {
		List<KeptLayer> layers = aged.left();
		int room = head.hasPruner() ? 0 : this.limit - aged.gone().size();
		long bytes = surplus(head.limits().maxBytes(), () -> this.statements.bytesOfStack(stack) - aged.bytes());
		return Portion.of(layers, room, held,
				(i) -> layers.get(i).generation() < head.generation() && Portion.bytes(layers.subList(0, i)) < bytes);
	}

	private static long surplus(@Nullable Long limit, LongSupplier size) {
		return (limit != null) ? size.getAsLong() - limit : 0;
	}

	private static boolean isOld(KeptLayer layer, StackLimits limits, Instant now) {
		Long retention = limits.retention();
		return retention != null && layer.newestAt().isBefore(now.minusSeconds(retention));
	}

	/**
	 * Removes the oldest layers of the stack.
	 * @param aged the layers that are too old
	 * @param surplus the layers after them, for which there is no room; they go to the
	 * archive, if the stack has one
	 * @return the number of layers that went to the archive
	 */
	private int shorten(String stack, StackHead head, List<KeptLayer> aged, List<KeptLayer> surplus) {
		if (aged.isEmpty() && surplus.isEmpty()) {
			return 0;
		}
		int moved = head.archived() ? surplus.size() : 0;
		if (moved > 0) {
			archive(stack, surplus, aged.isEmpty() ? head.prunedLength() : newest(aged).length());
		}
		KeptLayer newest = newest(surplus.isEmpty() ? aged : surplus);
		this.tables.slices().deleteLayers(stack, head.oldestGeneration(), newest.generation() + 1);
		this.statements.write(stack, head.without(newest.generation() + 1, newest.length()));
		return moved;
	}

	private void archive(String stack, List<KeptLayer> layers, int lengthBefore) {
		ArchiveTable archives = this.tables.archives();
		ArchiveTable.End end = archives.end(stack);
		if (end.equals(ArchiveTable.End.NONE)) {
			end = ArchiveTable.End.before(layers.get(0).generation(), lengthBefore);
		}
		for (KeptLayer layer : layers) {
			long generation = layer.generation();
			end = (layer.slices() == 1) ? archives.addFromStack(stack, end, generation, layer.length()).orElseThrow()
					: archives.add(stack, end, generation, this.reader.whole(stack, generation, null),
							layer.newestAt());
		}
	}

	private static KeptLayer newest(List<KeptLayer> layers) {
		return layers.get(layers.size() - 1);
	}

	/**
	 * Returns when the limits are to be applied next, because of layers that are there
	 * now.
	 * @param again whether the next run is to look again in any case
	 * @param oldest the oldest layers, in several places
	 */
	private static @Nullable Instant next(StackLimits limits, Instant now, boolean again,
			Stream<Optional<KeptLayer>> oldest) {
		Long retention = limits.retention();
		Stream<Instant> ends = (retention != null)
				? oldest.flatMap(Optional::stream).map((layer) -> layer.newestAt().plusSeconds(retention))
				: Stream.empty();
		return Stream.concat(ends, again ? Stream.of(now) : Stream.empty())
			.min(Comparator.naturalOrder())
			.map((time) -> time.isBefore(now) ? now : time)
			.orElse(null);
	}

}
