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
 * Reads of stacks.
 * <p>
 * Outside of transactions a read sees whatever was committed before it began: if
 * something waits in the inbox then, which the very statement that reads would tell, it
 * has the sequencer place that first and reads again. In a transaction it sees what is
 * placed, and what the transaction has pushed itself.
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
		 * Sealed layers hold many items each, but what was pushed last may be in slices
		 * of one.
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
		public PageSource.Page behind(Cut cut, int limit) {
			List<SliceRepository.Seen> seen = read(() -> StackReader.this.slices.from(this.definition.name(),
					cut.generation(), cut.index(), limit, Limit.of(limit)));
			boolean expired = !seen.isEmpty() && seen.get(0).isExpired(cut);
			return new PageSource.Page(
					seen.stream().map(SliceRepository.Seen::slice).flatMap(Optional::stream).toList(), expired);
		}

		/**
		 * Reads, and once more if something waited. Where the stack has no row yet, the
		 * inbox has to be asked for, and the first items may be placed just before that:
		 * then the inbox is empty again, but there is something to read.
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
