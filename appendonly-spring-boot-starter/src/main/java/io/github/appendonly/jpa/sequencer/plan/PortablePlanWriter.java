package io.github.appendonly.jpa.sequencer.plan;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.item.Slice;
import io.github.appendonly.jpa.table.ArchiveTable;
import io.github.appendonly.jpa.table.SliceTable;
import io.github.appendonly.jpa.table.StructureTables;

/**
 * Writes plans with statements that any database understands.
 */
public final class PortablePlanWriter implements PlanWriter {

	private final StructureTables tables;

	private final LayerReader layers;

	public PortablePlanWriter(StructureTables tables) {
		this.tables = tables;
		this.layers = new LayerReader(tables);
	}

	/**
	 * The stack's row comes first. A batch that loses the race learns of it before it
	 * writes anything else. A batch that wins has the row locked for the other
	 * statements.
	 */
	@Override
	public boolean write(String name, BatchPlan plan) {
		long oldestBefore = plan.before().oldestGeneration();
		long oldest = plan.oldestGeneration();
		Map<Long, SliceTable.LayerLength> stored = (oldest > oldestBefore) ? this.tables.slices()
			.lengths(name, oldestBefore, oldest)
			.stream()
			.collect(Collectors.toMap(SliceTable.LayerLength::generation, Function.identity())) : Map.of();
		if (!this.tables.stacks().advance(name, plan.before(), plan.after(prunedLength(plan, stored)))) {
			return false;
		}
		for (BatchPlan.Addition addition : plan.additions()) {
			if (addition.generation() >= oldest) {
				write(name, addition, plan.isSealed(addition.generation()));
			}
		}
		if (oldest > oldestBefore) {
			archive(name, plan, stored);
			this.tables.slices().deleteLayers(name, oldestBefore, oldest);
		}
		plan.placedKeys().forEach((key) -> this.tables.keys().place(name, key));
		return plan.taken().isEmpty() || this.tables.inbox().delete(name, plan.taken());
	}

	private static int prunedLength(BatchPlan plan, Map<Long, SliceTable.LayerLength> stored) {
		if (plan.prunings().isEmpty()) {
			return plan.before().prunedLength();
		}
		long newestPruned = plan.oldestGeneration() - 1;
		BatchPlan.Addition addition = plan.addition(newestPruned);
		SliceTable.LayerLength layer = stored.get(newestPruned);
		return (addition != null) ? addition.end() : (layer != null) ? layer.length() : 0;
	}

	private void write(String name, BatchPlan.Addition addition, boolean sealed) {
		SliceTable slices = this.tables.slices();
		if (sealed && addition.continues()) {
			JsonArray whole = this.layers.whole(name, addition.generation(), addition);
			slices.replaceLayer(name, new Slice(addition.generation(), 0, whole));
		}
		else {
			slices.insert(name, addition.slice());
		}
	}

	private void archive(String name, BatchPlan plan, Map<Long, SliceTable.LayerLength> stored) {
		List<BatchPlan.Pruning> archived = plan.archived();
		if (archived.isEmpty()) {
			return;
		}
		ArchiveTable archives = this.tables.archives();
		ArchiveTable.End end = archives.end(name);
		if (end.equals(ArchiveTable.End.NONE) && archived.get(0).generation() == plan.before().oldestGeneration()) {
			end = ArchiveTable.End.before(plan.before().oldestGeneration(), plan.before().prunedLength());
		}
		for (BatchPlan.Pruning pruning : archived) {
			long generation = pruning.generation();
			BatchPlan.Addition addition = plan.addition(generation);
			SliceTable.LayerLength layer = stored.get(generation);
			if (addition == null && layer != null && layer.slices() == 1) {
				end = archives.addFromStack(name, end, generation, layer.length())
					.orElseThrow(() -> this.tables.slices()
						.corrupt(name, generation, "a slice with first_index 0, to archive it", "another one"));
			}
			else {
				end = archives.add(name, end, generation, this.layers.whole(name, generation, addition),
						(addition == null && layer != null) ? layer.newestAt() : null);
			}
		}
	}

}
