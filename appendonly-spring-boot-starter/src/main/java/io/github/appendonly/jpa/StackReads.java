package io.github.appendonly.jpa;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.github.appendonly.StackBounds;
import org.springframework.data.domain.Limit;

/**
 * Reads of stacks.
 * <p>
 * Outside of transactions a read sees whatever was committed before it began: if
 * something waits in the inbox then, which the very statement that reads would tell, it
 * has the sequencer place that first and reads again. In a transaction it sees what is
 * placed, and what the transaction has pushed itself.
 */
final class StackReads {

	private final Transactions transactions;

	private final Sequencer sequencer;

	private final StackPushes pushes;

	private final StackRepository stacks;

	private final SliceRepository slices;

	private final InboxRepository inbox;

	StackReads(Transactions transactions, Sequencer sequencer, StackPushes pushes, StackRepository stacks,
			SliceRepository slices, InboxRepository inbox) {
		this.transactions = transactions;
		this.sequencer = sequencer;
		this.pushes = pushes;
		this.stacks = stacks;
		this.slices = slices;
		this.inbox = inbox;
	}

	SlicedEntries.Source open(StackDefinition<?> definition) {
		if (this.transactions.isActive()) {
			if (!this.pushes.placeBuffered(definition)) {
				this.sequencer.awaitUnderWay(definition);
			}
			return new Pages(definition, false);
		}
		return new Pages(definition, true);
	}

	long size(StackDefinition<?> definition) {
		open(definition).before(SlicedEntries.Cut.NEWEST, 1);
		return this.slices.size(definition.name());
	}

	boolean isEmpty(StackDefinition<?> definition) {
		return open(definition).before(SlicedEntries.Cut.NEWEST, 1).isEmpty();
	}

	StackBounds bounds(StackDefinition<?> definition) {
		return this.stacks.head(definition.name()).map(StackHead::bounds).orElse(StackBounds.DEFAULT);
	}

	/**
	 * The pages of one read.
	 */
	private final class Pages implements SlicedEntries.Source {

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
		public List<Slice> before(SlicedEntries.Cut cut, int limit) {
			return read(() -> StackReads.this.slices.before(this.definition.name(), cut.generation(), cut.index(),
					limit, Limit.of(limit)))
				.stream()
				.map(SliceRepository.Seen::slice)
				.flatMap(Optional::stream)
				.toList();
		}

		@Override
		public SlicedEntries.Page behind(SlicedEntries.Cut cut, int limit) {
			List<SliceRepository.Seen> seen = read(() -> StackReads.this.slices.from(this.definition.name(),
					cut.generation(), cut.index(), limit, Limit.of(limit)));
			boolean expired = !seen.isEmpty() && seen.get(0).hasPruned(cut);
			return new SlicedEntries.Page(
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
			if (!seen.isEmpty() || StackReads.this.inbox.anyIn(this.definition.name())) {
				StackReads.this.sequencer.drain(this.definition);
			}
			return query.get();
		}

	}

}
