package io.github.appendonly.jpa;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Carries out plans by statements that any database knows.
 */
final class JpaPlanWriter implements PlanWriter {

	private final StackRows rows;

	private final StoredLayers layers;

	private final SliceRepository slices;

	private final ArchiveStore archives;

	JpaPlanWriter(StackRows rows, SliceRepository slices, ArchiveStore archives) {
		this.rows = rows;
		this.layers = new StoredLayers(slices);
		this.slices = slices;
		this.archives = archives;
	}

	/**
	 * The stack's row comes first: whoever loses a race learns of it before all else, and
	 * whoever wins it has the row locked for the rest.
	 */
	@Override
	public boolean write(String name, BatchPlan plan) {
		long oldestBefore = plan.before().oldestGeneration();
		long oldest = plan.oldestGeneration();
		Map<Long, SliceRepository.LayerLength> stored = (oldest > oldestBefore)
				? this.slices.lengths(name, oldestBefore, oldest)
					.stream()
					.collect(Collectors.toMap(SliceRepository.LayerLength::generation, Function.identity()))
				: Map.of();
		if (!this.rows.advance(name, plan.after(prunedLength(plan, stored)))) {
			return false;
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
		return plan.taken().isEmpty() || this.rows.delete(name, plan.taken());
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
			ItemArray whole = this.layers.whole(name, addition.generation(), addition);
			this.slices.deleteLayers(name, addition.generation(), addition.generation() + 1);
			this.rows.insert(name, new Slice(addition.generation(), 0, whole));
		}
		else {
			this.rows.insert(name, addition.slice());
		}
	}

	private void archive(String name, BatchPlan plan, Map<Long, SliceRepository.LayerLength> stored) {
		List<BatchPlan.Pruning> archived = plan.archived();
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
				end = this.archives.add(name, end, generation, this.layers.whole(name, generation, addition));
			}
		}
	}

}
