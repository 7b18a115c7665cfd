package io.github.appendonly.jpa;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.github.appendonly.CorruptStructureException;
import io.github.appendonly.Damage;
import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.Slice;
import io.github.appendonly.jpa.sequencer.Sequencer;
import io.github.appendonly.jpa.sequencer.StackDefinition;
import io.github.appendonly.jpa.table.InboxTable;
import io.github.appendonly.jpa.table.SliceRepository;
import io.github.appendonly.jpa.table.StackHead;
import io.github.appendonly.jpa.table.StackTable;
import io.github.appendonly.jpa.table.StructureTables;
import io.github.appendonly.jpa.transaction.Transactions;
import org.springframework.data.domain.Limit;

/**
 * Reads stacks.
 * <p>
 * A read outside transactions sees everything that was committed before it began. The
 * statement that reads also reports whether items wait in the inbox. If so, the sequencer
 * places them, and the statement is repeated.
 * <p>
 * A read in a transaction sees everything that is placed. Items that the transaction has
 * pushed itself are placed first, under a lock on the stack's row. Otherwise the read
 * waits a moment for placing that this JVM has under way. It does not place the inbox
 * itself, which would need a second connection.
 */
final class StackReader {

	private final Transactions transactions;

	private final Sequencer sequencer;

	private final PushRouter pushes;

	private final StackTable stacks;

	private final SliceRepository slices;

	private final InboxTable inbox;

	private final StructureTables tables;

	private final PageChecks checks;

	StackReader(Engine engine, PushRouter pushes) {
		this.transactions = engine.transactions();
		this.sequencer = engine.sequencer();
		this.pushes = pushes;
		this.stacks = engine.tables().stacks();
		this.slices = engine.tables().repository(SliceRepository.class);
		this.inbox = engine.tables().inbox();
		this.tables = engine.tables();
		this.checks = new PageChecks(this.tables);
	}

	PageSource open(StackDefinition<?> definition) {
		if (this.transactions.isActive()) {
			if (!this.pushes.placeBuffered(definition)) {
				this.sequencer.inbox().awaitUnderWay(definition);
			}
			return new Pages(definition, false);
		}
		return new Pages(definition, true);
	}

	long size(StackDefinition<?> definition) {
		PagedEntries.requireSound(open(definition).before(Cut.NEWEST, 1));
		return this.slices.size(definition.name());
	}

	boolean isEmpty(StackDefinition<?> definition) {
		PageSource.Page newest = open(definition).before(Cut.NEWEST, 1);
		return newest.slices().isEmpty() && newest.damage() == null;
	}

	StackBounds bounds(StackDefinition<?> definition) {
		return this.stacks.head(definition.name()).map(StackHead::bounds).orElse(StackBounds.DEFAULT);
	}

	/**
	 * The pages of one read.
	 */
	private final class Pages implements PageSource {

		private final StackDefinition<?> definition;

		private boolean mayPlace;

		Pages(StackDefinition<?> definition, boolean mayPlace) {
			this.definition = definition;
			this.mayPlace = mayPlace;
		}

		/**
		 * Sealed layers have many items in one slice, but the newest items may be in
		 * slices of one item each.
		 */
		@Override
		public int slicesFor(int items) {
			return Math.max(8, Math.min(64, items / 8));
		}

		@Override
		public PageSource.Page before(Cut cut, int limit) {
			return page(
					() -> StackReader.this.slices.before(this.definition.name(), cut.generation(), cut.index(), limit,
							Limit.of(limit)),
					(row) -> cut.compareTo(row.end()) < 0,
					(seen) -> StackReader.this.checks.newestFirst(this.definition.name(), seen, cut, limit), cut);
		}

		@Override
		public PageSource.Page after(Cut cut, int limit) {
			return page(
					() -> StackReader.this.slices.from(this.definition.name(), cut.generation(), cut.index(), limit,
							Limit.of(limit)),
					(row) -> false,
					(seen) -> StackReader.this.checks.oldestFirst(this.definition.name(), seen, cut, limit), cut);
		}

		/**
		 * Reads a page. If it is damaged, it is read again: one statement sees one
		 * moment, but a transaction on H2 with a snapshot sees each table as of another
		 * one.
		 * @param notNeeded whether the page needs no items of the inbox
		 */
		private PageSource.Page page(Supplier<List<SliceRepository.Seen>> query,
				Predicate<SliceRepository.Seen> notNeeded,
				Function<List<SliceRepository.Seen>, PageChecks.Checked> check, Cut cut) {
			List<SliceRepository.Seen> seen = read(query, notNeeded);
			PageChecks.Checked checked = check.apply(seen);
			if (checked.damage() != null) {
				seen = query.get();
				checked = check.apply(seen);
			}
			List<Slice> slices = checked.slices();
			Damage damage = checked.damage();
			if (damage != null && !StackReader.this.tables.seesOneMoment()) {
				slices = seen.stream().map(SliceRepository.Seen::slice).flatMap(Optional::stream).toList();
				damage = null;
			}
			boolean expired = !seen.isEmpty() && seen.get(0).isExpired(cut);
			Cut end = seen.isEmpty() ? Cut.OLDEST : seen.get(0).end();
			return new PageSource.Page(slices, expired, cut.compareTo(end) > 0, damage);
		}

		/**
		 * Runs a query, and repeats it if items waited in the inbox. If the stack has no
		 * row yet, a separate query has to look at the inbox. The first items may be
		 * placed just before that query. Then the inbox is empty again, but the stack has
		 * items.
		 */
		private List<SliceRepository.Seen> read(Supplier<List<SliceRepository.Seen>> query,
				Predicate<SliceRepository.Seen> notNeeded) {
			List<SliceRepository.Seen> seen = query.get();
			boolean stale = this.mayPlace && (seen.isEmpty() || seen.get(0).pending() != null);
			this.mayPlace = false;
			if (stale) {
				if (!seen.isEmpty() || StackReader.this.inbox.anyIn(this.definition.name())) {
					drain(seen, notNeeded);
				}
				seen = query.get();
			}
			if (seen.isEmpty()) {
				requireNoSlices();
			}
			return seen;
		}

		private void drain(List<SliceRepository.Seen> seen, Predicate<SliceRepository.Seen> notNeeded) {
			try {
				StackReader.this.sequencer.inbox().drain(this.definition);
			}
			catch (CorruptStructureException ex) {
				if (seen.stream().noneMatch(notNeeded)) {
					throw ex;
				}
			}
		}

		/**
		 * Checks that a stack without a row has no slices.
		 */
		private void requireNoSlices() {
			CorruptStructureException corrupt = StackReader.this.tables.slices()
				.withoutStack(this.definition.name())
				.orElse(null);
			if (corrupt != null && StackReader.this.tables.seesOneMoment()) {
				throw corrupt;
			}
		}

	}

}
