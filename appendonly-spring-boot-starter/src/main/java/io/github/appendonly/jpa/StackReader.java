package io.github.appendonly.jpa;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

import io.github.appendonly.CorruptStructureException;
import io.github.appendonly.Damage;
import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.DecodedSlices;
import io.github.appendonly.jpa.item.StoredSlice;
import io.github.appendonly.jpa.sequencer.Sequencer;
import io.github.appendonly.jpa.sequencer.plan.StackDefinition;
import io.github.appendonly.jpa.table.SlicePages;
import io.github.appendonly.jpa.repository.SliceRepository;
import io.github.appendonly.jpa.table.StackHead;
import io.github.appendonly.jpa.table.StackTable;
import io.github.appendonly.jpa.table.StructureTables;
import io.github.appendonly.jpa.transaction.Transactions;

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

	private final SlicePages slices;

	private final SliceRepository repository;

	private final StructureTables tables;

	private final PageChecks checks;

	StackReader(Engine engine, PushRouter pushes) {
		this.transactions = engine.transactions();
		this.sequencer = engine.sequencer();
		this.pushes = pushes;
		this.stacks = engine.tables().stacks();
		this.slices = engine.tables().slicePages();
		this.repository = engine.repositories().get(SliceRepository.class);
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
		PagedEntries.requireSound(open(definition).before(Cut.NEWEST, 1, 1));
		return this.repository.size(definition.name());
	}

	boolean isEmpty(StackDefinition<?> definition) {
		PageSource.Page newest = open(definition).before(Cut.NEWEST, 1, 0);
		return newest.slices().isEmpty() && !newest.more() && newest.damage() == null;
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

		@Override
		public int slicesFor(int items) {
			return StackReader.this.slices.slicesFor(items);
		}

		@Override
		public PageSource.Page before(Cut cut, int limit, int items) {
			return page((known) -> StackReader.this.slices.before(this.definition.name(), cut, limit, items, known),
					known(cut, limit, items, true), (seen) -> cut.compareTo(seen.end()) < 0,
					(seen) -> StackReader.this.checks.newestFirst(this.definition.name(), seen, cut, limit),
					new Wanted(cut, limit, (slice) -> cut.offsetIn(slice), items));
		}

		@Override
		public PageSource.Page after(Cut cut, int limit, int items) {
			return page((known) -> StackReader.this.slices.after(this.definition.name(), cut, limit, items, known),
					known(cut, limit, items, false), (seen) -> false,
					(seen) -> StackReader.this.checks.oldestFirst(this.definition.name(), seen, cut, limit),
					new Wanted(cut, limit, (slice) -> slice.length() - cut.offsetIn(slice), items));
		}

		private DecodedSlices known(Cut cut, int limit, int items, boolean newestFirst) {
			return (items > 0) ? this.definition.items().known(cut, limit, newestFirst) : DecodedSlices.NONE;
		}

		/**
		 * Reads a page. If it is damaged, it is read again: one statement sees one
		 * moment, but a transaction on H2 with a snapshot sees each table as of another
		 * one.
		 * @param notNeeded whether the page needs no items of the inbox
		 */
		private PageSource.Page page(Function<DecodedSlices, SlicePages.Found> query, DecodedSlices known,
				Predicate<SlicePages.Seen> notNeeded, Function<SlicePages.Seen, PageChecks.Checked> check,
				Wanted wanted) {
			Optional<SlicePages.Seen> found = read(() -> query.apply(known), notNeeded);
			if (found.isPresent() && check.apply(found.get()).damage() != null) {
				found = query.apply(known).stack();
			}
			if (found.isEmpty()) {
				return new PageSource.Page(List.of(), false, wanted.cut().compareTo(Cut.OLDEST) > 0, null, false);
			}
			SlicePages.Seen seen = found.get();
			PageChecks.Checked checked = check.apply(seen);
			List<StoredSlice> slices = checked.slices();
			Damage damage = checked.damage();
			if (damage != null && !StackReader.this.tables.seesOneMoment()) {
				slices = seen.slices();
				damage = null;
			}
			int readable = readable(slices);
			if (readable < slices.size() && !wanted.isMetBy(slices.subList(0, readable))) {
				// another slice has the stamp of a known one
				return page(query, DecodedSlices.NONE, notNeeded, check, wanted);
			}
			boolean all = readable == slices.size();
			return new PageSource.Page(slices.subList(0, readable), seen.isExpired(wanted.cut()),
					wanted.cut().compareTo(seen.end()) > 0, all ? damage : null,
					!all || seen.slices().size() == wanted.limit());
		}

		/**
		 * Returns the number of slices before the first one whose items were not read.
		 */
		private static int readable(List<StoredSlice> slices) {
			int readable = 0;
			while (readable < slices.size() && slices.get(readable).isReadable()) {
				readable++;
			}
			return readable;
		}

		/**
		 * Runs a query, and repeats it if items waited in the inbox.
		 */
		private Optional<SlicePages.Seen> read(Supplier<SlicePages.Found> query, Predicate<SlicePages.Seen> notNeeded) {
			SlicePages.Found found = query.get();
			boolean stale = this.mayPlace && found.waiting();
			this.mayPlace = false;
			if (stale) {
				drain(found.stack().filter(notNeeded).isPresent());
				found = query.get();
			}
			if (found.withoutStack()) {
				requireNoSlices();
			}
			return found.stack();
		}

		private void drain(boolean mayFail) {
			try {
				StackReader.this.sequencer.inbox().drain(this.definition);
			}
			catch (CorruptStructureException ex) {
				if (!mayFail) {
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

	/**
	 * The page that is wanted.
	 *
	 * @param cut the cut
	 * @param limit the maximum number of slices
	 * @param itemsOf returns the number of items of a slice on the wanted side of the cut
	 * @param items the number of items
	 */
	private record Wanted(Cut cut, int limit, ToIntFunction<StoredSlice> itemsOf, int items) {

		boolean isMetBy(List<StoredSlice> slices) {
			return slices.stream().mapToLong((slice) -> this.itemsOf.applyAsInt(slice)).sum() >= this.items;
		}

	}

}
