package io.github.appendonly.jpa;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;

import io.github.appendonly.Changes;
import io.github.appendonly.Entries;
import io.github.appendonly.Entry;
import io.github.appendonly.Gone;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.Items;
import io.github.appendonly.jpa.item.Slice;
import io.github.appendonly.jpa.item.SliceRange;
import io.github.appendonly.internal.Limits;
import org.jspecify.annotations.Nullable;

/**
 * Entries that are kept in slices, read in pages of a few slices each.
 * <p>
 * Each page is one statement, and one more to load its items if they are entities. Going
 * backwards, pages need nothing more: below a position the slices are consecutive as long
 * as they are kept, and what is pruned between two pages is just the end. Going forwards,
 * what is pruned between two pages would leave a gap; so each page says whether it starts
 * where it was asked to.
 *
 * @param <T> the type of the items
 */
abstract class PagedEntries<T> implements Entries<T> {

	private static final int ITEMS_PER_PAGE = 1000;

	private static final int MAX_SLICES = 256;

	private final Items<T> items;

	PagedEntries(Items<T> items) {
		this.items = items;
	}

	/**
	 * Begins a read.
	 */
	abstract PageSource open();

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
			.flatMap((slice) -> this.items.read(slice, position).stream())
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
		PageSource source = open();
		Following following = new Following(limit);
		Cut cut = start;
		int slices = source.slicesFor(limit);
		PageSource.Page page = source.behind(cut, slices);
		boolean expired = known.isPresent() && page.expired();
		boolean caughtUp = following.addAll(page, cut);
		while (caughtUp && page.slices().size() == slices) {
			cut = Cut.after(page.slices().get(page.slices().size() - 1));
			slices = slicesFor(following.room, page.slices());
			page = source.behind(cut, slices);
			caughtUp = !page.expired() && following.addAll(page, cut);
		}
		return new Changes<>(following.entries, following.last.or(() -> known), caughtUp, expired, following.gone);
	}

	/**
	 * The number of slices to read next, if they are like those read before.
	 */
	private static int slicesFor(int items, List<Slice> before) {
		int average = Math.max(1, lengthOf(before) / Math.max(1, before.size()));
		return Math.min(MAX_SLICES, items / average + 1);
	}

	private static int lengthOf(List<Slice> slices) {
		return slices.stream().mapToInt((slice) -> slice.items().length()).sum();
	}

	/**
	 * What a reader that follows gets, as long as there is room.
	 */
	private final class Following {

		private final List<Entry<T>> entries = new ArrayList<>();

		private final List<Gone> gone = new ArrayList<>();

		private Optional<Position> last = Optional.empty();

		private int room;

		Following(int limit) {
			this.room = limit;
		}

		/**
		 * Adds the items of a page behind a place.
		 * @return whether there was room for all
		 */
		boolean addAll(PageSource.Page page, Cut cut) {
			List<SliceRange> runs = new ArrayList<>();
			boolean all = true;
			for (Slice slice : page.slices()) {
				int from = cut.offsetIn(slice);
				int to = from + Math.min(this.room, slice.items().length() - from);
				if (to > from) {
					runs.add(new SliceRange(slice, from, to));
					this.room -= to - from;
					this.last = Optional.of(new Position(slice.generation(), slice.firstIndex() + to - 1));
				}
				if (to < slice.items().length()) {
					all = false;
					break;
				}
			}
			Items.Portion<T> portion = PagedEntries.this.items.read(runs);
			this.entries.addAll(portion.entries());
			this.gone.addAll(portion.gone());
			return all;
		}

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

		private @Nullable PageSource source;

		private boolean ended;

		private @Nullable Slice slice;

		private int offset;

		private int floor;

		private int atOnce;

		private List<Entry<T>> read = List.of();

		private int unread;

		NewestFirst(Cut from, Cut until, int expected) {
			this.from = from;
			this.until = until;
			this.left = expected;
		}

		@Override
		public boolean hasNext() {
			while (this.unread == 0) {
				if (!readOn()) {
					return false;
				}
			}
			return true;
		}

		@Override
		public Entry<T> next() {
			if (!hasNext()) {
				throw new NoSuchElementException();
			}
			this.unread--;
			return this.read.get(this.unread);
		}

		private boolean readOn() {
			Items<T> items = PagedEntries.this.items;
			this.atOnce = items.positionsAtOnce(this.left, this.atOnce);
			List<SliceRange> runs = new ArrayList<>();
			int positions = 0;
			while (positions < this.atOnce && (runs.isEmpty() || items.takesQuery()) && turnToUnread(runs.isEmpty())) {
				int to = this.offset;
				this.offset = Math.max(this.floor, to - (this.atOnce - positions));
				runs.add(new SliceRange(Objects.requireNonNull(this.slice), this.offset, to));
				positions += to - this.offset;
			}
			Collections.reverse(runs);
			this.read = items.read(runs).entries();
			this.unread = this.read.size();
			this.left -= this.unread;
			return !runs.isEmpty();
		}

		private boolean turnToUnread(boolean mayTurnPage) {
			while (this.offset <= this.floor) {
				if (this.page.hasNext()) {
					turnTo(this.page.next());
				}
				else if (!mayTurnPage || !nextPage()) {
					return false;
				}
			}
			return true;
		}

		private void turnTo(Slice next) {
			this.slice = next;
			this.offset = this.from.offsetIn(next);
			this.floor = this.until.offsetIn(next);
			this.from = Cut.before(next);
			this.ended |= this.floor > 0;
		}

		private boolean nextPage() {
			if (this.ended) {
				return false;
			}
			PageSource opened = this.source;
			if (opened == null) {
				opened = PagedEntries.this.open();
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
			int items = lengthOf(slices);
			this.slices = slicesFor((this.left > items) ? this.left - items : ITEMS_PER_PAGE, slices);
		}

	}

}
