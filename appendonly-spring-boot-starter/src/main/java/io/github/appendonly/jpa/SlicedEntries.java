package io.github.appendonly.jpa;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;

import io.github.appendonly.Changes;
import io.github.appendonly.Entries;
import io.github.appendonly.Entry;
import io.github.appendonly.Limits;
import io.github.appendonly.Position;
import org.jspecify.annotations.Nullable;

/**
 * Entries that are kept in slices, read in pages of a few slices each.
 * <p>
 * Each page is one statement. Going backwards, pages need nothing more: below a position
 * the slices are consecutive as long as they are kept, and what is pruned between two
 * pages is just the end. Going forwards, what is pruned between two pages would leave a
 * gap; so each page says whether it starts where it was asked to.
 *
 * @param <T> the type of the items
 */
abstract class SlicedEntries<T> implements Entries<T> {

	private static final int ITEMS_PER_PAGE = 1000;

	/**
	 * Slices from a position on.
	 *
	 * @param slices the slices, oldest first; the first one may begin before the position
	 * @param expired whether items at or after the position are gone
	 */
	record Page(List<Slice> slices, boolean expired) {
	}

	/**
	 * A place between two items.
	 *
	 * @param generation the generation of the item behind it
	 * @param index the index of the item behind it
	 */
	record Cut(long generation, int index) {

		/** Leaves room for reckoning with generations. No stack gets there. */
		private static final long LAST_GENERATION = Long.MAX_VALUE / 2;

		static final Cut OLDEST = new Cut(0, 0);

		static final Cut NEWEST = new Cut(LAST_GENERATION, 0);

		Cut {
			generation = Math.min(generation, LAST_GENERATION);
		}

		static Cut before(Position position) {
			return new Cut(position.generation(), position.index());
		}

		static Cut after(Position position) {
			return (position.index() < Integer.MAX_VALUE) ? new Cut(position.generation(), position.index() + 1)
					: new Cut(Math.min(position.generation(), LAST_GENERATION) + 1, 0);
		}

		static Cut before(Slice slice) {
			return new Cut(slice.generation(), slice.firstIndex());
		}

		static Cut after(Slice slice) {
			return new Cut(slice.generation(), slice.end());
		}

		/**
		 * How many items of a slice are before this place.
		 */
		int offsetIn(Slice slice) {
			if (slice.generation() != this.generation) {
				return (slice.generation() < this.generation) ? slice.items().length() : 0;
			}
			return Math.max(0, Math.min(slice.items().length(), this.index - slice.firstIndex()));
		}

	}

	private final TypedItems<T> items;

	SlicedEntries(TypedItems<T> items) {
		this.items = items;
	}

	/**
	 * Where the pages of one read come from.
	 */
	interface Source {

		/**
		 * How many slices to begin with: later pages go by what the ones before held.
		 * @param items the number of items that are wanted
		 * @return the number of slices
		 */
		int slicesFor(int items);

		/**
		 * Reads slices with items before a place.
		 * @param cut the place
		 * @param limit the number of slices to read at most
		 * @return the slices, newest first; the first one may reach beyond the place
		 */
		List<Slice> before(Cut cut, int limit);

		/**
		 * Reads slices with items behind a place.
		 * @param cut the place
		 * @param limit the number of slices to read at most
		 * @return the slices
		 */
		Page behind(Cut cut, int limit);

	}

	/**
	 * Begins a read.
	 */
	abstract Source open();

	@Override
	public Iterator<Entry<T>> iterator() {
		return new NewestFirst(Cut.NEWEST, Cut.OLDEST, ITEMS_PER_PAGE);
	}

	@Override
	public Iterable<Entry<T>> newer(Position than) {
		Cut known = Cut.after(than);
		return () -> new NewestFirst(Cut.NEWEST, known, ITEMS_PER_PAGE);
	}

	@Override
	public Iterable<Entry<T>> older(Position than) {
		Cut known = Cut.before(than);
		return () -> new NewestFirst(known, Cut.OLDEST, ITEMS_PER_PAGE);
	}

	@Override
	public List<Entry<T>> older(Position than, int limit) {
		return page(Cut.before(than), limit);
	}

	@Override
	public List<Entry<T>> newest(int limit) {
		return page(Cut.NEWEST, limit);
	}

	private List<Entry<T>> page(Cut from, int limit) {
		Limits.requireAtLeastOne("limit", limit);
		List<Entry<T>> page = new ArrayList<>();
		Iterator<Entry<T>> entries = new NewestFirst(from, Cut.OLDEST, limit);
		while (page.size() < limit && entries.hasNext()) {
			page.add(entries.next());
		}
		return page;
	}

	@Override
	public Optional<T> get(Position position) {
		return open().before(Cut.after(position), 1)
			.stream()
			.limit(1)
			.filter((slice) -> slice.holds(position))
			.map((slice) -> this.items.read(slice, position))
			.findFirst();
	}

	@Override
	public Changes<T> since(Position than, int limit) {
		return changes(Cut.after(than), Optional.of(than), limit);
	}

	@Override
	public Changes<T> fromOldest(int limit) {
		return changes(Cut.OLDEST, Optional.empty(), limit);
	}

	private Changes<T> changes(Cut start, Optional<Position> known, int limit) {
		Limits.requireAtLeastOne("limit", limit);
		Source source = open();
		List<Entry<T>> entries = new ArrayList<>();
		Cut cut = start;
		int slices = source.slicesFor(limit);
		Page page = source.behind(cut, slices);
		boolean expired = known.isPresent() && page.expired();
		boolean caughtUp = addUpTo(limit, entries, page, cut);
		while (caughtUp && page.slices().size() == slices) {
			cut = Cut.after(page.slices().get(page.slices().size() - 1));
			page = source.behind(cut, slices);
			caughtUp = !page.expired() && addUpTo(limit, entries, page, cut);
		}
		return new Changes<>(entries, lastOf(entries).or(() -> known), caughtUp, expired);
	}

	/**
	 * Adds the items of a page behind a place, as long as there is room.
	 * @return whether there was room for all
	 */
	private boolean addUpTo(int limit, List<Entry<T>> entries, Page page, Cut cut) {
		for (Slice slice : page.slices()) {
			int offset = cut.offsetIn(slice);
			int room = limit - entries.size();
			int available = slice.items().length() - offset;
			if (available > 0 && room > 0) {
				List<T> read = this.items.read(slice).subList(offset, offset + Math.min(room, available));
				for (T item : read) {
					int index = slice.firstIndex() + offset++;
					entries.add(Entry.of(slice.generation(), index, item));
				}
			}
			if (available > room) {
				return false;
			}
		}
		return true;
	}

	private Optional<Position> lastOf(List<Entry<T>> entries) {
		return entries.isEmpty() ? Optional.empty() : Optional.of(entries.get(entries.size() - 1).position());
	}

	/**
	 * Goes backwards, page by page.
	 */
	private final class NewestFirst implements Iterator<Entry<T>> {

		private final Cut until;

		private Cut from;

		private int slices;

		private int left;

		private Iterator<Slice> page = List.<Slice>of().iterator();

		private @Nullable Source source;

		private boolean ended;

		private List<T> read = List.of();

		private @Nullable Slice slice;

		private int offset;

		private int floor;

		NewestFirst(Cut from, Cut until, int expected) {
			this.from = from;
			this.until = until;
			this.left = expected;
		}

		@Override
		public boolean hasNext() {
			while (this.offset <= this.floor) {
				if (!this.page.hasNext() && !nextPage()) {
					return false;
				}
				if (this.page.hasNext()) {
					turnTo(this.page.next());
				}
			}
			return true;
		}

		@Override
		public Entry<T> next() {
			if (!hasNext()) {
				throw new NoSuchElementException();
			}
			Slice current = Objects.requireNonNull(this.slice);
			this.offset--;
			return Entry.of(current.generation(), current.firstIndex() + this.offset, this.read.get(this.offset));
		}

		private void turnTo(Slice next) {
			this.slice = next;
			this.offset = this.from.offsetIn(next);
			this.floor = this.until.offsetIn(next);
			this.read = (this.offset > this.floor) ? SlicedEntries.this.items.read(next) : List.of();
			this.left -= this.offset - this.floor;
			this.from = Cut.before(next);
			this.ended |= this.floor > 0;
		}

		private boolean nextPage() {
			if (this.ended) {
				return false;
			}
			Source opened = this.source;
			if (opened == null) {
				opened = SlicedEntries.this.open();
				this.source = opened;
				this.slices = opened.slicesFor(this.left);
			}
			List<Slice> slices = opened.before(this.from, this.slices);
			this.ended = slices.size() < this.slices;
			this.page = slices.iterator();
			adapt(slices);
			return !slices.isEmpty();
		}

		/**
		 * Has the next page fit what is still wanted, by what this one holds.
		 */
		private void adapt(List<Slice> slices) {
			int items = slices.stream().mapToInt((slice) -> slice.items().length()).sum();
			int average = Math.max(1, items / Math.max(1, slices.size()));
			int wanted = (this.left > items) ? this.left - items : ITEMS_PER_PAGE;
			this.slices = Math.max(1, Math.min(256, wanted / average + 1));
		}

	}

}
