package io.github.appendonly.jpa;

import io.github.appendonly.jpa.table.AccumulatorTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.github.appendonly.CorruptStructureException;
import io.github.appendonly.Damage;
import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.DecodedSlices;
import io.github.appendonly.jpa.item.Items;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.item.StoredSlice;
import io.github.appendonly.jpa.repository.AccumulatorRepository;
import io.github.appendonly.jpa.table.ArchiveTable;
import io.github.appendonly.jpa.table.SlicePages;
import io.github.appendonly.jpa.repository.SliceRepository;
import io.github.appendonly.jpa.table.StackHead;
import io.github.appendonly.jpa.repository.StackRepository;
import io.github.appendonly.jpa.table.StructureTables;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.transaction.IllegalTransactionStateException;

/**
 * Looks for all damages of the structures of a name, page by page. A page is one
 * statement, so what is placed or pruned meanwhile is no damage.
 */
final class Verification {

	private static final int MAX_DAMAGES = 100;

	/** A slice may be a full layer, so this bounds the memory. */
	private static final int ROWS = 32;

	private final StructureTables tables;

	private final PageChecks checks;

	private final StackRepository stacks;

	private final SliceRepository slices;

	private final AccumulatorRepository accumulators;

	Verification(Engine engine) {
		this.tables = engine.tables();
		this.checks = new PageChecks(this.tables);
		this.stacks = engine.repositories().get(StackRepository.class);
		this.slices = engine.repositories().get(SliceRepository.class);
		this.accumulators = engine.repositories().get(AccumulatorRepository.class);
	}

	List<Damage> of(String name) {
		if (!this.tables.seesOneMoment()) {
			throw new IllegalTransactionStateException("Cannot verify '" + name
					+ "' in this transaction, which sees each table as of another moment: call it outside of transactions");
		}
		List<Damage> damages = new ArrayList<>();
		verifyStack(name, damages);
		verifyEnd(name).ifPresent(damages::add);
		damages.addAll(this.tables.archives().brokenLinks(name, MAX_DAMAGES));
		damages.addAll(this.tables.keys().misplaced(name, MAX_DAMAGES));
		verifyLayers(name, damages);
		verifyAccumulator(name, damages);
		return List.copyOf(damages.subList(0, Math.min(damages.size(), MAX_DAMAGES)));
	}

	private void verifyStack(String name, List<Damage> damages) {
		Optional<Cut> cut = Optional.of(Cut.NEWEST);
		while (cut.isPresent() && damages.size() < MAX_DAMAGES) {
			cut = verifySlices(name, cut.get(), damages);
		}
	}

	/**
	 * Verifies one page.
	 * @return the cut to go on at, if there are older slices
	 */
	private Optional<Cut> verifySlices(String name, Cut cut, List<Damage> damages) {
		SlicePages.Seen seen = this.tables.slicePages()
			.before(name, cut, ROWS, Integer.MAX_VALUE, DecodedSlices.NONE)
			.orElse(null);
		if (seen == null) {
			this.tables.slices().withoutStack(name).map(CorruptStructureException::damage).ifPresent(damages::add);
			return Optional.empty();
		}
		PageChecks.Checked page = this.checks.newestFirst(name, seen, cut, ROWS, Integer.MAX_VALUE);
		List<StoredSlice> read = new ArrayList<>(page.slices());
		StoredSlice other = page.other();
		if (other != null) {
			read.add(other);
		}
		String structure = "stack '" + name + "'";
		read.forEach((slice) -> verifyText(structure, this.tables.slices().name(),
				"generation " + slice.generation() + ", first_index " + slice.firstIndex(), slice.items(), damages));
		Damage damage = page.damage();
		if (damage != null) {
			damages.add(damage);
		}
		StoredSlice last = read.isEmpty() ? null : read.get(read.size() - 1);
		if (damage != null && other == null) {
			return belowGap(name, cut, seen.end(), last);
		}
		return (last != null && (other != null || read.size() == ROWS)) ? Optional.of(Cut.before(last))
				: Optional.empty();
	}

	/**
	 * Returns the cut after the newest layer below missing ones.
	 */
	private Optional<Cut> belowGap(String name, Cut cut, Cut end, @Nullable StoredSlice last) {
		Cut top = (cut.compareTo(end) < 0) ? cut : end;
		long generation = (last != null) ? last.generation() : top.generation();
		return this.slices.newestBelow(name, generation, Limit.of(1))
			.stream()
			.findFirst()
			.map((newest) -> new Cut(newest + 1, 0));
	}

	/**
	 * Verifies that the archive of a stack ends where the stack begins, as far as that is
	 * known: the stack may have been archived for some time only.
	 */
	private Optional<Damage> verifyEnd(String name) {
		StackHead head = this.stacks.head(name).orElse(null);
		ArchiveTable.End end = this.tables.archives().end(name);
		boolean unchanged = this.stacks.head(name).stream().anyMatch((now) -> now.equals(head));
		if (head == null || !unchanged || !head.archived()) {
			return Optional.empty();
		}
		long oldest = head.oldestGeneration();
		if (end.generation() >= oldest) {
			return Optional.of(this.tables.archives()
				.damage(name, end.generation(), "no layer that the stack still has", "the newest layer"));
		}
		boolean differs = end.generation() == oldest - 1 && end.length() != head.prunedLength();
		return differs ? Optional.of(this.tables.archives()
			.damage(name, end.generation(), head.prunedLength() + " items, as pruned_length of the stack says",
					end.length() + " items"))
				: Optional.empty();
	}

	private void verifyLayers(String name, List<Damage> damages) {
		List<ArchiveTable.Linked> page = this.tables.archives().upTo(name, Long.MAX_VALUE, ROWS, DecodedSlices.NONE);
		while (!page.isEmpty() && damages.size() < MAX_DAMAGES) {
			page.forEach((layer) -> verifyText("archive '" + name + "'", this.tables.archives().name(),
					"generation " + layer.slice().generation(), layer.slice().items(), damages));
			page = this.tables.archives()
				.upTo(name, page.get(page.size() - 1).slice().generation() - 1, ROWS, DecodedSlices.NONE);
		}
	}

	private void verifyAccumulator(String name, List<Damage> damages) {
		List<AccumulatorTable.Queued> page = this.accumulators.oldest(name, 0, Limit.of(ROWS));
		while (!page.isEmpty() && damages.size() < MAX_DAMAGES) {
			page.forEach((row) -> verifyText("accumulator '" + name + "'", this.tables.accumulators().name(),
					"id " + row.id(), row.items(), damages));
			page = this.accumulators.oldest(name, page.get(page.size() - 1).id(), Limit.of(ROWS));
		}
	}

	private static void verifyText(String structure, String table, String key, JsonArray items, List<Damage> damages) {
		if (items.length() != 0 || !items.json().equals(JsonArray.EMPTY.json())) {
			items.flaw().ifPresent((flaw) -> damages.add(Items.textDamage(structure, table, key, items)));
		}
	}

}
