package io.github.appendonly.jpa.erasure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.github.appendonly.CorruptStructureException;
import io.github.appendonly.Damage;
import io.github.appendonly.Entry;
import io.github.appendonly.Erasure;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.Items;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.item.SliceRange;
import io.github.appendonly.jpa.item.StoredSlice;
import io.github.appendonly.jpa.table.StoredLayers;
import io.github.appendonly.jpa.transaction.Transactions;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.OptimisticLockingFailureException;

/**
 * Erases and replaces items of one stack or archive, in the caller's transaction if there
 * is one, and in short ones of its own otherwise.
 *
 * @param <T> the type of the items
 */
public final class Eraser<T> {

	/*
	 * Conditions and changes are application code. They are called without a lock, on
	 * items that were read before, so that they hold up no push and may do what they
	 * like. Then a short transaction writes what they have decided, if the slices still
	 * have the stamps that were read. If not, for example because the layer was sealed in
	 * between, it is all done again. So what is erased is what was decided about, even if
	 * the structure was dropped and made anew meanwhile.
	 */

	/** Each attempt but the first needs another transaction that has changed a slice. */
	private static final int ATTEMPTS = 100;

	private final Items<T> items;

	private final StoredLayers layers;

	private final Transactions transactions;

	/**
	 * Slices before a cut, newest first.
	 *
	 * @param slices the slices; the first one may extend beyond the cut
	 * @param damage what follows the slices instead of the next one, if anything
	 * @param more whether more slices may follow
	 */
	public record Read(List<StoredSlice> slices, @Nullable Damage damage, boolean more) {
	}

	/**
	 * Items of one slice that are to be erased.
	 *
	 * @param slice the slice as it was read
	 * @param indexes the indexes of the items in their layer
	 */
	private record Met(StoredSlice slice, Set<Integer> indexes) {

		boolean isIn(StoredSlice stored) {
			return stored.firstIndex() == this.slice.firstIndex() && Objects.equals(stored.stamp(), this.slice.stamp());
		}

	}

	/**
	 * A slice as it is stored now, and what is to be erased of it.
	 */
	private record Target(StoredSlice stored, Set<Integer> indexes) {
	}

	public Eraser(Items<T> items, StoredLayers layers, Transactions transactions) {
		this.items = items;
		this.layers = layers;
		this.transactions = transactions;
	}

	/**
	 * Erases the items at some positions.
	 * @return the number of items that were erased
	 */
	public int erase(Collection<Position> positions) {
		SortedMap<Long, Set<Integer>> indexes = new TreeMap<>();
		positions.forEach((position) -> indexes.computeIfAbsent(position.generation(), (key) -> new TreeSet<>())
			.add(position.index()));
		return indexes.isEmpty() ? 0 : locked(0, () -> {
			List<Target> targets = new ArrayList<>();
			indexes.forEach((generation, wanted) -> this.layers.layer(generation)
				.forEach((slice) -> targets.add(new Target(slice, wanted))));
			return eraseAll(targets);
		});
	}

	/**
	 * Erases the items that meet a condition, from the newest to the oldest.
	 * @param pages reads slices with items before a cut
	 * @param from where to begin
	 * @param progress is told after each portion
	 */
	public Erasure eraseIf(Function<Cut, Read> pages, Predicate<? super T> condition, Erasure from,
			Consumer<? super Erasure> progress) {
		Objects.requireNonNull(condition, "condition");
		Objects.requireNonNull(progress, "progress");
		if (this.transactions.isActive()) {
			this.transactions.requireWritable(this.items.structure());
		}
		Erasure done = from;
		Cut cut = Cut.before(from.cursor());
		int attempts = 0;
		while (!done.done()) {
			Read read = pages.apply(cut);
			Items.Portion<T> portion = this.items.read(rangesBefore(cut, read.slices()));
			List<Met> met = met(read.slices(), portion.entries(), condition);
			OptionalInt erased = met.isEmpty() ? OptionalInt.of(0) : locked(OptionalInt.of(0), () -> erase(met));
			if (erased.isPresent()) {
				attempts = 0;
				Position cursor = read.slices().isEmpty() ? done.cursor() : lowest(read.slices());
				cut = Cut.before(cursor);
				done = done.plus(cursor, !read.more() && read.damage() == null, portion.entries().size(),
						erased.getAsInt(), portion.unreadable().size());
				progress.accept(done);
				requireSound(read);
			}
			else {
				cut = lower(cut, Cut.after(read.slices().get(0)));
				requireMore(++attempts);
			}
		}
		return done;
	}

	/**
	 * Returns the lower one of two cuts. A portion that is read again has no items that
	 * were appended since.
	 */
	private static Cut lower(Cut cut, Cut other) {
		return (cut.compareTo(other) < 0) ? cut : other;
	}

	private static List<SliceRange> rangesBefore(Cut cut, List<StoredSlice> newestFirst) {
		List<SliceRange> ranges = new ArrayList<>();
		for (int i = newestFirst.size() - 1; i >= 0; i--) {
			StoredSlice slice = newestFirst.get(i);
			ranges.add(new SliceRange(slice, 0, cut.offsetIn(slice)));
		}
		return ranges;
	}

	private static Position lowest(List<StoredSlice> newestFirst) {
		StoredSlice oldest = newestFirst.get(newestFirst.size() - 1);
		return new Position(oldest.generation(), oldest.firstIndex());
	}

	private static void requireSound(Read read) {
		if (read.damage() != null && (read.slices().isEmpty() || !read.more())) {
			throw new CorruptStructureException(read.damage());
		}
	}

	private List<Met> met(List<StoredSlice> newestFirst, List<Entry<T>> entries, Predicate<? super T> condition) {
		SortedMap<Position, StoredSlice> byStart = new TreeMap<>();
		newestFirst.forEach((slice) -> byStart.put(new Position(slice.generation(), slice.firstIndex()), slice));
		SortedMap<Position, Met> met = new TreeMap<>();
		for (Entry<T> entry : entries) {
			if (condition.test(entry.item())) {
				Position start = byStart.headMap(after(entry.position())).lastKey();
				met.computeIfAbsent(start, (key) -> new Met(Objects.requireNonNull(byStart.get(key)), new TreeSet<>()))
					.indexes()
					.add(entry.position().index());
			}
		}
		return List.copyOf(met.values());
	}

	private static Position after(Position position) {
		return new Position(position.generation(), position.index() + 1);
	}

	/**
	 * Erases items, if their slices are as they were read, or their layers are gone.
	 * @return the number of erased items; nothing if a slice has changed
	 */
	private OptionalInt erase(List<Met> met) {
		List<Target> targets = new ArrayList<>();
		Map<Long, List<StoredSlice>> layers = new HashMap<>();
		for (Met one : met) {
			List<StoredSlice> layer = layers.computeIfAbsent(one.slice().generation(), this.layers::layer);
			Optional<StoredSlice> stored = layer.stream().filter(one::isIn).findFirst();
			if (stored.isEmpty() && !layer.isEmpty()) {
				return OptionalInt.empty();
			}
			stored.ifPresent((slice) -> targets.add(new Target(slice, one.indexes())));
		}
		return OptionalInt.of(eraseAll(targets));
	}

	private int eraseAll(List<Target> targets) {
		int erased = 0;
		for (Target target : targets) {
			erased += erase(target.stored(), target.indexes());
		}
		if (erased > 0) {
			this.layers.changed();
		}
		return erased;
	}

	private int erase(StoredSlice slice, Set<Integer> indexes) {
		List<String> texts = this.items.texts(slice);
		int erased = 0;
		for (int index : indexes) {
			int offset = index - slice.firstIndex();
			if (offset >= 0 && offset < texts.size() && !JsonArray.isErased(texts.get(offset))) {
				texts.set(offset, JsonArray.ERASED);
				erased++;
			}
		}
		if (erased > 0) {
			this.layers.write(slice, JsonArray.of(texts));
		}
		return erased;
	}

	/**
	 * Replaces an item.
	 * @param page reads the slice that has it, or slices near it
	 * @return the new item, or nothing if there was none
	 */
	public Optional<T> replace(Supplier<List<StoredSlice>> page, Position position, UnaryOperator<T> change) {
		Objects.requireNonNull(change, "change");
		if (this.transactions.isActive()) {
			this.transactions.requireWritable(this.items.structure());
		}
		for (int attempts = 0;; requireMore(++attempts)) {
			StoredSlice slice = page.get().stream().filter((one) -> one.holds(position)).findFirst().orElse(null);
			Optional<T> item = (slice != null) ? this.items.read(slice, position) : Optional.empty();
			if (slice == null || item.isEmpty()) {
				return Optional.empty();
			}
			T changed = Objects.requireNonNull(change.apply(item.get()), "The new item is null; erase(...) erases");
			String text = this.items.encode(changed);
			Met met = new Met(slice, Set.of(position.index()));
			if (locked(false, () -> replace(met, position, text))) {
				return Optional.of(changed);
			}
		}
	}

	private boolean replace(Met met, Position position, String text) {
		StoredSlice stored = this.layers.layer(position.generation())
			.stream()
			.filter(met::isIn)
			.findFirst()
			.orElse(null);
		if (stored == null) {
			return false;
		}
		List<String> texts = this.items.texts(stored);
		texts.set(position.index() - stored.firstIndex(), text);
		this.layers.write(stored, JsonArray.of(texts));
		this.layers.changed();
		return true;
	}

	private <R> R locked(R none, Supplier<R> work) {
		return this.transactions.inCallersOrOwn(this.items.structure(),
				() -> this.transactions.allOrNothing(() -> this.layers.lock() ? work.get() : none));
	}

	private void requireMore(int attempts) {
		if (attempts == ATTEMPTS) {
			throw new OptimisticLockingFailureException("The items of " + this.items.structure() + " have changed "
					+ ATTEMPTS + " times while they were looked at. Try again");
		}
	}

}
