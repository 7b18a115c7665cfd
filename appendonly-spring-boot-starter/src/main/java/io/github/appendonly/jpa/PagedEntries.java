package io.github.appendonly.jpa;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import io.github.appendonly.Changes;
import io.github.appendonly.CorruptStructureException;
import io.github.appendonly.Damage;
import io.github.appendonly.Entry;
import io.github.appendonly.Erasable;
import io.github.appendonly.Erasure;
import io.github.appendonly.Gone;
import io.github.appendonly.Position;
import io.github.appendonly.ReadOption;
import io.github.appendonly.Unreadable;
import io.github.appendonly.internal.Limits;
import io.github.appendonly.jpa.erasure.Eraser;
import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.Items;
import io.github.appendonly.jpa.item.SliceRange;
import io.github.appendonly.jpa.item.StoredSlice;
import org.jspecify.annotations.Nullable;

/**
 * Entries that are stored in slices and read in pages of a few slices.
 * <p>
 * Each page takes one statement. If the items are entities, another statement loads them.
 * <p>
 * Layers that are pruned between two pages are only missing at the end of a read
 * backwards. In a read forwards they would leave a gap. So each page reports whether it
 * begins at the requested cut.
 * <p>
 * A page ends before rows that are not as they should be. A read that goes on there
 * fails.
 *
 * @param <T> the type of the items
 */
abstract class PagedEntries<T> implements Erasable<T> {

	private static final int ITEMS_PER_PAGE = 1000;

	private static final int MAX_SLICES = 256;

	private final Items<T> items;

	private final Eraser<T> eraser;

	PagedEntries(Items<T> items, Eraser<T> eraser) {
		this.items = items;
		this.eraser = eraser;
	}

	/**
	 * Starts a read.
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
		PageSource.Page page = open().before(Cut.after(position), 1, 1);
		requireSound(page);
		return page.slices()
			.stream()
			.filter((slice) -> slice.holds(position))
			.flatMap((slice) -> this.items.read(slice, position).stream())
			.findFirst();
	}

	@Override
	public int countAfter(Position than, int atMost) {
		Limits.requireAtLeastOne("atMost", atMost);
		return (int) Math.min(atMost, itemsAfter(Cut.after(than), atMost));
	}

	/**
	 * Returns the number of items after a cut, or more than a limit.
	 */
	abstract long itemsAfter(Cut cut, int atMost);

	@Override
	public int erase(Collection<Position> positions) {
		return this.eraser.erase(positions);
	}

	@Override
	public Erasure eraseIf(Predicate<? super T> condition, Erasure from, Consumer<? super Erasure> progress) {
		PageSource source = open();
		return this.eraser.eraseIf((cut) -> {
			PageSource.Page page = source.before(cut, source.slicesFor(ITEMS_PER_PAGE), ITEMS_PER_PAGE);
			return new Eraser.Read(page.slices(), page.damage(), page.more());
		}, condition, from, progress);
	}

	@Override
	public boolean replace(Position position, UnaryOperator<T> change) {
		return replaced(position, change).isPresent();
	}

	/**
	 * Replaces an item.
	 * @return the new item, or nothing if there was none
	 */
	final Optional<T> replaced(Position position, UnaryOperator<T> change) {
		return this.eraser.replace(() -> {
			PageSource.Page page = open().before(Cut.after(position), 1, 1);
			requireSound(page);
			return page.slices();
		}, position, change);
	}

	/**
	 * Checks that nothing is damaged at the end of a page.
	 * @throws CorruptStructureException if something is
	 */
	static void requireSound(PageSource.Page page) {
		if (page.damage() != null) {
			throw new CorruptStructureException(page.damage());
		}
	}

	@Override
	public Changes<T> since(Position than, int limit) {
		return readable(changes(Cut.after(than), than, limit));
	}

	@Override
	public Changes<T> since(Position than, int limit, ReadOption... options) {
		return reportsUnreadable(options) ? changes(Cut.after(than), than, limit) : since(than, limit);
	}

	@Override
	public Changes<T> fromOldest(int limit) {
		return readable(changes(Cut.OLDEST, null, limit));
	}

	@Override
	public Changes<T> fromOldest(int limit, ReadOption... options) {
		return reportsUnreadable(options) ? changes(Cut.OLDEST, null, limit) : fromOldest(limit);
	}

	private static boolean reportsUnreadable(ReadOption... options) {
		return List.of(options).contains(ReadOption.REPORT_UNREADABLE);
	}

	/**
	 * Ends a step before the first item that cannot be read.
	 */
	private Changes<T> readable(Changes<T> step) {
		return step.beforeUnreadable().orElseThrow(() -> this.items.failure(step.unreadable().get(0)));
	}

	private Changes<T> changes(Cut start, @Nullable Position known, int limit) {
		Limits.requireAtLeastOne("limit", limit);
		PageSource source = open();
		ChangesCollector collector = new ChangesCollector((known != null) ? known : Position.START, limit);
		Cut cut = start;
		int slices = source.slicesFor(limit);
		PageSource.Page page = source.after(cut, slices, limit);
		boolean expired = known != null && page.expired();
		boolean ahead = page.ahead();
		if (expired && page.slices().isEmpty() && page.lastGone() != null) {
			collector.cursor = page.lastGone();
		}
		boolean caughtUp = collector.addAll(page, cut);
		if (caughtUp && page.slices().isEmpty()) {
			requireSound(page);
		}
		while (caughtUp && page.damage() == null && page.more()) {
			cut = Cut.after(page.slices().get(page.slices().size() - 1));
			slices = slicesFor(collector.room, page.slices());
			page = source.after(cut, slices, Math.max(1, collector.room));
			caughtUp = !page.expired() && collector.addAll(page, cut);
		}
		caughtUp &= page.damage() == null;
		return new Changes<>(collector.entries, collector.cursor, caughtUp, expired, ahead, collector.gone,
				collector.unreadable);
	}

	/**
	 * Returns the number of slices to read next. It assumes that they are as long as the
	 * slices that were read before.
	 */
	private static int slicesFor(int items, List<StoredSlice> before) {
		int average = Math.max(1, lengthOf(before) / Math.max(1, before.size()));
		return Math.min(MAX_SLICES, items / average + 1);
	}

	private static int lengthOf(List<StoredSlice> slices) {
		return slices.stream().mapToInt(StoredSlice::length).sum();
	}

	/**
	 * Collects the entries and the other positions for a follower, up to the limit.
	 */
	private final class ChangesCollector {

		private final List<Entry<T>> entries = new ArrayList<>();

		private final List<Gone> gone = new ArrayList<>();

		private final List<Unreadable> unreadable = new ArrayList<>();

		private Position cursor;

		private int room;

		ChangesCollector(Position known, int limit) {
			this.cursor = known;
			this.room = limit;
		}

		/**
		 * Adds the items of a page that are after a cut.
		 * @return whether there was room for all of them
		 */
		boolean addAll(PageSource.Page page, Cut cut) {
			List<SliceRange> ranges = new ArrayList<>();
			boolean all = true;
			for (StoredSlice slice : PagedEntries.this.items.decodeTogether(page.slices(), this.room)) {
				int from = cut.offsetIn(slice);
				int to = from + Math.min(this.room, slice.length() - from);
				if (to > from) {
					ranges.add(new SliceRange(slice, from, to));
					this.room -= to - from;
					this.cursor = new Position(slice.generation(), slice.firstIndex() + to - 1);
				}
				if (to < slice.length()) {
					all = false;
					break;
				}
			}
			Items.Portion<T> portion = PagedEntries.this.items.read(ranges);
			this.entries.addAll(portion.entries());
			this.gone.addAll(portion.gone());
			this.unreadable.addAll(portion.unreadable());
			return all;
		}

	}

	/**
	 * Iterates backwards, page by page.
	 */
	private final class NewestFirst implements Iterator<Entry<T>> {

		private final Cut until;

		private Cut from;

		private int slices;

		private int items;

		private int wanted;

		private Iterator<StoredSlice> page = List.<StoredSlice>of().iterator();

		private @Nullable Damage damage;

		private @Nullable PageSource source;

		private boolean ended;

		private boolean reachedUntil;

		private @Nullable StoredSlice slice;

		private int offset;

		private int lowestOffset;

		private int portion;

		private List<Entry<T>> entries = List.of();

		private int unread;

		private List<Unreadable> unreadable = List.of();

		NewestFirst(Cut from, Cut until, int expected) {
			this.from = from;
			this.until = until;
			this.wanted = expected;
		}

		@Override
		public boolean hasNext() {
			while (this.unread == 0 && this.unreadable.isEmpty()) {
				if (!readPortion()) {
					return false;
				}
			}
			return true;
		}

		/**
		 * Returns the next entry, or fails at an item that cannot be read. After that, it
		 * goes on below that item.
		 */
		@Override
		public Entry<T> next() {
			if (!hasNext()) {
				throw new NoSuchElementException();
			}
			if (!this.unreadable.isEmpty()) {
				Unreadable newest = this.unreadable.get(this.unreadable.size() - 1);
				if (this.unread == 0 || newest.position().isAfter(this.entries.get(this.unread - 1).position())) {
					this.unreadable = this.unreadable.subList(0, this.unreadable.size() - 1);
					throw PagedEntries.this.items.failure(newest);
				}
			}
			this.unread--;
			return this.entries.get(this.unread);
		}

		private boolean readPortion() {
			Items<T> items = PagedEntries.this.items;
			this.portion = items.positionsAtOnce(this.wanted, this.portion);
			List<SliceRange> ranges = new ArrayList<>();
			int positions = 0;
			while (positions < this.portion && (ranges.isEmpty() || items.takesQuery())
					&& moveToUnread(ranges.isEmpty())) {
				int to = this.offset;
				this.offset = Math.max(this.lowestOffset, to - (this.portion - positions));
				ranges.add(new SliceRange(Objects.requireNonNull(this.slice), this.offset, to));
				positions += to - this.offset;
			}
			Collections.reverse(ranges);
			Items.Portion<T> portion = items.read(ranges);
			this.entries = portion.entries();
			this.unread = this.entries.size();
			this.unreadable = portion.unreadable();
			this.wanted -= this.unread;
			return !ranges.isEmpty();
		}

		private boolean moveToUnread(boolean mayReadPage) {
			while (this.offset <= this.lowestOffset) {
				if (this.page.hasNext()) {
					moveTo(this.page.next());
				}
				else if (!mayReadPage || !readPage()) {
					return false;
				}
			}
			return true;
		}

		private void moveTo(StoredSlice next) {
			this.slice = next;
			this.offset = this.from.offsetIn(next);
			this.lowestOffset = this.until.offsetIn(next);
			this.from = Cut.before(next);
			this.reachedUntil |= this.lowestOffset > 0 || Cut.before(next).compareTo(this.until) <= 0;
			this.ended |= this.reachedUntil;
		}

		private boolean readPage() {
			if (this.damage != null && !this.reachedUntil) {
				throw new CorruptStructureException(this.damage);
			}
			if (this.ended) {
				return false;
			}
			PageSource opened = this.source;
			if (opened == null) {
				opened = PagedEntries.this.open();
				this.source = opened;
				this.slices = opened.slicesFor(this.wanted);
				this.items = this.wanted;
			}
			PageSource.Page read = opened.before(this.from, this.slices, this.items);
			List<StoredSlice> slices = read.slices();
			this.damage = read.damage();
			this.ended = !read.more();
			this.page = PagedEntries.this.items.decodeTogether(needed(slices), this.items).iterator();
			sizeNextPage(slices);
			return !slices.isEmpty() || this.damage != null;
		}

		/**
		 * Returns the slices up to the one in which this read ends.
		 */
		private List<StoredSlice> needed(List<StoredSlice> slices) {
			int needed = 0;
			while (needed < slices.size() && this.until.offsetIn(slices.get(needed)) == 0) {
				needed++;
			}
			return slices.subList(0, Math.min(needed + 1, slices.size()));
		}

		/**
		 * Sizes the next page for the items that are still wanted, by the slices of this
		 * page.
		 */
		private void sizeNextPage(List<StoredSlice> slices) {
			int read = lengthOf(slices);
			this.items = (this.wanted > read) ? this.wanted - read : ITEMS_PER_PAGE;
			this.slices = slicesFor(this.items, slices);
		}

	}

}
