package io.github.appendonly.jpa;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.Slice;
import io.github.appendonly.jpa.sequencer.Sequencer;
import io.github.appendonly.jpa.sequencer.StackDefinition;
import io.github.appendonly.jpa.table.InboxTable;
import io.github.appendonly.jpa.table.SliceRepository;
import io.github.appendonly.jpa.table.StackHead;
import io.github.appendonly.jpa.table.StackTable;
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

	StackReader(Engine engine, PushRouter pushes) {
		this.transactions = engine.transactions();
		this.sequencer = engine.sequencer();
		this.pushes = pushes;
		this.stacks = engine.tables().stacks();
		this.slices = engine.tables().repository(SliceRepository.class);
		this.inbox = engine.tables().inbox();
	}

	PageSource open(StackDefinition<?> definition) {
		if (this.transactions.isActive()) {
			if (!this.pushes.placeBuffered(definition)) {
				this.sequencer.awaitUnderWay(definition);
			}
			return new Pages(definition, false);
		}
		return new Pages(definition, true);
	}

	long size(StackDefinition<?> definition) {
		open(definition).before(Cut.NEWEST, 1);
		return this.slices.size(definition.name());
	}

	boolean isEmpty(StackDefinition<?> definition) {
		return open(definition).before(Cut.NEWEST, 1).isEmpty();
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
		public List<Slice> before(Cut cut, int limit) {
			return read(() -> StackReader.this.slices.before(this.definition.name(), cut.generation(), cut.index(),
					limit, Limit.of(limit)))
				.stream()
				.map(SliceRepository.Seen::slice)
				.flatMap(Optional::stream)
				.toList();
		}

		@Override
		public PageSource.Page after(Cut cut, int limit) {
			List<SliceRepository.Seen> seen = read(() -> StackReader.this.slices.from(this.definition.name(),
					cut.generation(), cut.index(), limit, Limit.of(limit)));
			boolean expired = !seen.isEmpty() && seen.get(0).isExpired(cut);
			Cut end = seen.isEmpty() ? Cut.OLDEST : seen.get(0).end();
			return new PageSource.Page(
					seen.stream().map(SliceRepository.Seen::slice).flatMap(Optional::stream).toList(), expired,
					cut.compareTo(end) > 0);
		}

		/**
		 * Runs a query, and repeats it if items waited in the inbox. If the stack has no
		 * row yet, a separate query has to look at the inbox. The first items may be
		 * placed just before that query. Then the inbox is empty again, but the stack has
		 * items.
		 */
		private List<SliceRepository.Seen> read(Supplier<List<SliceRepository.Seen>> query) {
			List<SliceRepository.Seen> seen = query.get();
			boolean stale = this.mayPlace && (seen.isEmpty() || seen.get(0).pending() != null);
			this.mayPlace = false;
			if (!stale) {
				return seen;
			}
			if (!seen.isEmpty() || StackReader.this.inbox.anyIn(this.definition.name())) {
				StackReader.this.sequencer.drain(this.definition);
			}
			return query.get();
		}

	}

}
