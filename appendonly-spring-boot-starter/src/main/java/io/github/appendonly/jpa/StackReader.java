package io.github.appendonly.jpa;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.github.appendonly.CorruptStructureException;
import io.github.appendonly.Damage;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.DecodedSlices;
import io.github.appendonly.jpa.item.StoredSlice;
import io.github.appendonly.jpa.sequencer.Sequencer;
import io.github.appendonly.jpa.sequencer.plan.StackDefinition;
import io.github.appendonly.jpa.table.InboxTable;
import io.github.appendonly.jpa.table.SlicePages;
import io.github.appendonly.jpa.repository.SetAsideRepository;
import io.github.appendonly.jpa.repository.SliceRepository;
import io.github.appendonly.jpa.table.StackHead;
import io.github.appendonly.jpa.table.StackTable;
import io.github.appendonly.jpa.table.StructureTables;
import io.github.appendonly.jpa.transaction.Transactions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.data.domain.Limit;

/**
 * Reads stacks.
 * <p>
 * A page is one JDBC statement. In a transaction, it runs on the connection of that
 * transaction.
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

	private static final Log logger = LogFactory.getLog(StackReader.class);

	private final Transactions transactions;

	private final Sequencer sequencer;

	private final PushRouter pushes;

	private final StackTable stacks;

	private final SlicePages slices;

	private final SliceRepository repository;

	private final InboxTable inbox;

	private final SetAsideRepository setAside;

	private final StructureTables tables;

	private final PageChecks checks;

	StackReader(Engine engine, PushRouter pushes) {
		this.transactions = engine.transactions();
		this.sequencer = engine.sequencer();
		this.pushes = pushes;
		this.stacks = engine.tables().stacks();
		this.slices = engine.tables().slicePages();
		this.repository = engine.repositories().get(SliceRepository.class);
		this.inbox = engine.tables().inbox();
		this.setAside = engine.repositories().get(SetAsideRepository.class);
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

	/**
	 * Places all that is committed, and reports rows that cannot be placed. What others
	 * commit meanwhile may stay in the inbox. The caller must not be in a transaction.
	 */
	void placeAll(StackDefinition<?> definition) {
		String name = definition.name();
		if (this.inbox.anyIn(name)) {
			this.sequencer.inbox().place(definition);
		}
		if (!this.setAside.of(name, Limit.of(1)).isEmpty()) {
			logger.warn("Rows of stack '" + name + "' are set aside, and nothing is erased from them: look at them in "
					+ this.tables.setAside().name() + ", and repair or delete them");
		}
	}

	long size(StackDefinition<?> definition) {
		PagedEntries.requireSound(open(definition).before(Cut.NEWEST, 1, 1));
		return this.repository.size(definition.name());
	}

	/**
	 * Returns the number of items after a cut, or more than a limit.
	 */
	long itemsAfter(StackDefinition<?> definition, Cut cut, int atMost) {
		PagedEntries.requireSound(open(definition).before(Cut.NEWEST, 1, 1));
		return this.tables.slices().itemsAfter(definition.name(), cut, atMost);
	}

	/**
	 * Returns the newest position, whether its item can be read or is kept, or not.
	 */
	Position end(StackDefinition<?> definition) {
		PageSource.Page newest = open(definition).before(Cut.NEWEST, 1, 1);
		PagedEntries.requireSound(newest);
		return newest.slices()
			.stream()
			.map((slice) -> new Position(slice.generation(), slice.firstIndex() + slice.length() - 1))
			.findFirst()
			.or(() -> this.stacks.head(definition.name()).flatMap(StackHead::newest))
			.orElse(Position.START);
	}

	boolean isEmpty(StackDefinition<?> definition) {
		PageSource.Page newest = open(definition).before(Cut.NEWEST, 1, 1);
		return newest.slices().isEmpty() && newest.damage() == null;
	}

	StackBounds bounds(StackDefinition<?> definition) {
		return this.stacks.head(definition.name())
			.map(StackHead::bounds)
			.or(() -> definition.known().ofNew(definition.name(), definition.terms()).bounds())
			.orElse(StackBounds.DEFAULT);
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
			return Math.max(1, Math.min(64, items));
		}

		@Override
		public PageSource.Page before(Cut cut, int limit, int items) {
			return page((known) -> StackReader.this.slices.before(this.definition.name(), cut, limit, items, known),
					this.definition.items().known(cut, limit, true), (seen) -> cut.compareTo(seen.end()) < 0,
					(seen) -> StackReader.this.checks.newestFirst(this.definition.name(), seen, cut, limit, items),
					(seen) -> seen.oldestOfPage(cut, items) > seen.oldestGeneration(), cut, limit);
		}

		@Override
		public PageSource.Page after(Cut cut, int limit, int items) {
			return page((known) -> StackReader.this.slices.after(this.definition.name(), cut, limit, items, known),
					this.definition.items().known(cut, limit, false), (seen) -> false,
					(seen) -> StackReader.this.checks.oldestFirst(this.definition.name(), seen, cut, limit, items),
					(seen) -> seen.newestOfPage(cut, items) < seen.newestGeneration(), cut, limit);
		}

		/**
		 * Reads a page. If it is damaged, it is read again: one statement sees one
		 * moment, but a transaction on H2 with a snapshot sees each table as of another
		 * one.
		 * @param notNeeded whether the page needs no items of the inbox
		 * @param endsEarly whether there are layers that the page did not look at
		 */
		private PageSource.Page page(Function<DecodedSlices, Optional<SlicePages.Seen>> query, DecodedSlices known,
				Predicate<SlicePages.Seen> notNeeded, Function<SlicePages.Seen, PageChecks.Checked> check,
				Predicate<SlicePages.Seen> endsEarly, Cut cut, int limit) {
			Supplier<Optional<SlicePages.Seen>> readable = () -> readable(query, known);
			Optional<SlicePages.Seen> found = read(readable, notNeeded);
			if (found.isPresent() && check.apply(found.get()).damage() != null) {
				found = readable.get();
			}
			if (found.isEmpty()) {
				return new PageSource.Page(List.of(), false, cut.compareTo(Cut.OLDEST) > 0, null, false);
			}
			SlicePages.Seen seen = found.get();
			PageChecks.Checked checked = check.apply(seen);
			List<StoredSlice> slices = checked.slices();
			Damage damage = checked.damage();
			if (damage != null && !StackReader.this.tables.seesOneMoment()) {
				slices = seen.slices();
				damage = null;
			}
			boolean more = seen.slices().size() == limit || (!slices.isEmpty() && endsEarly.test(seen));
			boolean expired = seen.isExpired(cut);
			return new PageSource.Page(slices, expired, cut.compareTo(seen.end()) > 0, damage, more,
					expired ? seen.mark().newest().orElse(null) : null);
		}

		/**
		 * Runs a query, and repeats it if a slice has the stamp of another one that is
		 * known.
		 */
		private static Optional<SlicePages.Seen> readable(Function<DecodedSlices, Optional<SlicePages.Seen>> query,
				DecodedSlices known) {
			Optional<SlicePages.Seen> seen = query.apply(known);
			return seen.stream().flatMap((page) -> page.slices().stream()).allMatch(StoredSlice::isReadable) ? seen
					: query.apply(DecodedSlices.NONE);
		}

		/**
		 * Runs a query, and repeats it if items waited in the inbox. If the stack has no
		 * row yet, a separate query has to look at the inbox. The first items may be
		 * placed just before that query. Then the inbox is empty again, but the stack has
		 * items.
		 */
		private Optional<SlicePages.Seen> read(Supplier<Optional<SlicePages.Seen>> query,
				Predicate<SlicePages.Seen> notNeeded) {
			Optional<SlicePages.Seen> seen = query.get();
			boolean stale = this.mayPlace && (seen.isEmpty() || seen.get().waiting());
			this.mayPlace = false;
			if (stale) {
				if (seen.isPresent() || StackReader.this.inbox.anyIn(this.definition.name())) {
					drain(seen.filter(notNeeded).isPresent());
				}
				seen = query.get();
			}
			if (seen.isEmpty()) {
				requireNoSlices();
			}
			return seen;
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

}
