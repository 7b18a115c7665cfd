package io.github.appendonly.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.Erasable;
import io.github.appendonly.Erasure;
import io.github.appendonly.Gone;
import io.github.appendonly.Layer;
import io.github.appendonly.Position;
import io.github.appendonly.Unreadable;
import io.github.appendonly.internal.Limits;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries from layers. The stack and the archive on the heap share these reads.
 *
 * @param <T> the type of the items
 */
abstract class LayeredEntries<T> implements Erasable<T> {

	private static final int PORTION = 1000;

	/**
	 * Returns the current layers. Each read calls this once, and so sees one moment.
	 */
	abstract Layered<T> now();

	/**
	 * Erases items in one step.
	 * @param positions selects the positions from the current layers; it may be called
	 * more than once
	 * @return the layers before
	 */
	abstract Layered<T> erase(Function<Layered<T>, Collection<Position>> positions);

	/**
	 * Replaces an item in one step.
	 * @param known the item that is there; if it is another one, nothing happens
	 * @return whether the item was replaced
	 */
	abstract boolean replace(Entry<T> known, T item);

	@Override
	public int erase(Collection<Position> positions) {
		Set<Position> all = Set.copyOf(positions);
		Layered<T> before = erase((now) -> all);
		return (int) all.stream().filter(before::isErasable).count();
	}

	/*
	 * The condition is asked outside of the step that erases: it may take its time, and
	 * may push. If an item has been replaced until then, nothing is erased, and the
	 * portion is read again.
	 */
	@Override
	public Erasure eraseIf(Predicate<? super T> condition, Erasure from, Consumer<? super Erasure> progress) {
		Objects.requireNonNull(condition, "condition");
		Objects.requireNonNull(progress, "progress");
		Erasure done = from;
		Position below = from.cursor();
		while (!done.done()) {
			List<Entry<T>> portion = older(below, PORTION);
			List<Entry<T>> met = portion.stream().filter((entry) -> condition.test(entry.item())).toList();
			Layered<T> before = erase((now) -> met.stream().anyMatch(now::hasOther) ? List.of()
					: met.stream().map(Entry::position).toList());
			if (met.stream().anyMatch(before::hasOther)) {
				Position newest = portion.get(0).position();
				below = new Position(newest.generation(), newest.index() + 1);
			}
			else {
				boolean last = portion.size() < PORTION;
				Position cursor = portion.isEmpty() ? below : portion.get(portion.size() - 1).position();
				long erased = met.stream().map(Entry::position).filter(before::isErasable).count();
				done = done.plus(cursor, last, portion.size(), erased,
						before.unreadable(last ? Position.START : cursor, done.cursor()));
				below = cursor;
				progress.accept(done);
			}
		}
		return done;
	}

	@Override
	public boolean replace(Position position, UnaryOperator<T> change) {
		Optional<T> item = get(position);
		while (item.isPresent()) {
			T changed = Objects.requireNonNull(change.apply(item.get()), "The new item is null; erase(...) erases");
			if (replace(new Entry<>(position, item.get()), changed)) {
				return true;
			}
			item = get(position);
		}
		return false;
	}

	@Override
	public Iterator<Entry<T>> iterator() {
		return new NewestFirst<>(now().newestFirst(), null, null);
	}

	@Override
	public Iterable<Entry<T>> newer(Position than) {
		Objects.requireNonNull(than, "than");
		return () -> new NewestFirst<>(now().newestFirst(), null, than);
	}

	@Override
	public Iterable<Entry<T>> older(Position than) {
		Objects.requireNonNull(than, "than");
		return () -> new NewestFirst<>(now().newestFirst(), than, null);
	}

	@Override
	public List<Entry<T>> older(Position than, int limit) {
		return page(older(than).iterator(), limit);
	}

	@Override
	public List<Entry<T>> newest(int limit) {
		return page(iterator(), limit);
	}

	private static <T> List<Entry<T>> page(Iterator<Entry<T>> entries, int limit) {
		Limits.requireAtLeastOne("limit", limit);
		List<Entry<T>> page = new ArrayList<>();
		while (page.size() < limit && entries.hasNext()) {
			page.add(entries.next());
		}
		return List.copyOf(page);
	}

	@Override
	public Changes<T> since(Position than, int limit) {
		Objects.requireNonNull(than, "than");
		Layered<T> now = now();
		return changes(now.newestFirst(), than, limit, now.expiryMark().expires(than), now.isAhead(than));
	}

	@Override
	public Changes<T> fromOldest(int limit) {
		return changes(now().newestFirst(), Position.START, limit, false, false);
	}

	private static <T> Changes<T> changes(List<Layer<T>> newestFirst, Position than, int limit, boolean expired,
			boolean ahead) {
		Limits.requireAtLeastOne("limit", limit);
		List<Entry<T>> entries = new ArrayList<>();
		List<Gone> gone = new ArrayList<>();
		List<Unreadable> unreadable = new ArrayList<>();
		Position cursor = than;
		boolean caughtUp = true;
		int oldest = firstUpTo(newestFirst, than.generation());
		for (int i = Math.min(oldest, newestFirst.size() - 1); i >= 0 && caughtUp; i--) {
			Layer<T> layer = newestFirst.get(i);
			int from = indexAfter(than, layer);
			int read = entries.size() + gone.size() + unreadable.size();
			int to = (int) Math.min(layer.length(), (long) from + limit - read);
			for (int index = from; index < to; index++) {
				layer.entry(index).ifPresent(entries::add);
			}
			if (from < to) {
				layer.gone().stream().filter((one) -> isWithin(from, one.position(), to)).forEach(gone::add);
				layer.unreadable()
					.stream()
					.filter((one) -> isWithin(from, one.position(), to))
					.forEach(unreadable::add);
				cursor = new Position(layer.generation(), to - 1);
			}
			caughtUp = to == layer.length();
		}
		return new Changes<>(entries, cursor, caughtUp, expired, ahead, gone, unreadable);
	}

	private static boolean isWithin(int from, Position position, int to) {
		return position.index() >= from && position.index() < to;
	}

	private static int indexAfter(Position than, Layer<?> layer) {
		if (layer.generation() != than.generation()) {
			return (layer.generation() > than.generation()) ? 0 : layer.length();
		}
		return Math.min(than.index(), layer.length() - 1) + 1;
	}

	@Override
	public Optional<T> get(Position position) {
		return now().entry(position).map(Entry::item);
	}

	@Override
	public int countAfter(Position than, int atMost) {
		Objects.requireNonNull(than, "than");
		Limits.requireAtLeastOne("atMost", atMost);
		long count = 0;
		for (Layer<T> layer : now().newestFirst()) {
			count += layer.length() - indexAfter(than, layer);
			if (count >= atMost || layer.generation() <= than.generation()) {
				break;
			}
		}
		return (int) Math.min(count, atMost);
	}

	@Override
	public long size() {
		return now().newestFirst().stream().mapToLong(Layer::length).sum();
	}

	/**
	 * Returns the layer of a generation.
	 */
	static <T> Optional<Layer<T>> layerIn(List<Layer<T>> newestFirst, long generation) {
		int place = firstUpTo(newestFirst, generation);
		return newestFirst.subList(place, newestFirst.size())
			.stream()
			.findFirst()
			.filter((layer) -> layer.generation() == generation);
	}

	/**
	 * Returns the place of the newest layer that is not newer than a generation, or the
	 * end of the list if all layers are newer. This is a binary search because an archive
	 * may have many layers.
	 */
	private static int firstUpTo(List<? extends Layer<?>> newestFirst, long generation) {
		int low = 0;
		int high = newestFirst.size();
		while (low < high) {
			int middle = (low + high) >>> 1;
			if (newestFirst.get(middle).generation() > generation) {
				low = middle + 1;
			}
			else {
				high = middle;
			}
		}
		return low;
	}

	/**
	 * Reads the layers from the newest to the oldest entry. It starts below one position
	 * and stops at another.
	 */
	private static final class NewestFirst<T> implements Iterator<Entry<T>> {

		private final List<Layer<T>> newestFirst;

		private final @Nullable Position until;

		private int place;

		private int index;

		NewestFirst(List<Layer<T>> newestFirst, @Nullable Position below, @Nullable Position until) {
			this.newestFirst = newestFirst;
			this.until = until;
			this.place = (below != null) ? firstUpTo(newestFirst, below.generation()) : 0;
			this.index = (this.place < newestFirst.size()) ? indexBelow(below, newestFirst.get(this.place)) : -1;
			skip();
		}

		private static int indexBelow(@Nullable Position below, Layer<?> layer) {
			int last = layer.length() - 1;
			if (below == null || below.generation() != layer.generation()) {
				return last;
			}
			return Math.min(below.index() - 1, last);
		}

		@Override
		public boolean hasNext() {
			return this.place < this.newestFirst.size() && (this.until == null || position().isAfter(this.until));
		}

		@Override
		public Entry<T> next() {
			if (!hasNext()) {
				throw new NoSuchElementException();
			}
			Entry<T> entry = this.newestFirst.get(this.place).entry(this.index).orElseThrow();
			this.index--;
			skip();
			return entry;
		}

		private Position position() {
			return new Position(this.newestFirst.get(this.place).generation(), this.index);
		}

		/**
		 * Skips empty layers, and gone and unreadable positions.
		 */
		private void skip() {
			while (this.place < this.newestFirst.size() && !isAtEntry()) {
				if (this.index > 0) {
					this.index--;
				}
				else {
					this.place++;
					this.index = (this.place < this.newestFirst.size()) ? this.newestFirst.get(this.place).length() - 1
							: -1;
				}
			}
		}

		private boolean isAtEntry() {
			return this.index >= 0 && this.newestFirst.get(this.place).entry(this.index).isPresent();
		}

	}

}
