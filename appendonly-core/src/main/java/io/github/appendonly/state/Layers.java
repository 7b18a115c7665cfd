package io.github.appendonly.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.github.appendonly.ConflictException;
import io.github.appendonly.Entry;
import io.github.appendonly.Gone;
import io.github.appendonly.Layer;
import io.github.appendonly.Position;

/**
 * Operations on lists of layers that several states need.
 */
final class Layers {

	private Layers() {
	}

	static void requireDescending(List<? extends Layer<?>> newestFirst) {
		for (int i = 1; i < newestFirst.size(); i++) {
			long newer = newestFirst.get(i - 1).generation();
			long older = newestFirst.get(i).generation();
			if (older >= newer) {
				throw new IllegalArgumentException(
						"Layers must be ordered from the newest generation to the oldest, but generation " + older
								+ " follows " + newer);
			}
		}
	}

	static void requireWhole(List<? extends Layer<?>> layers) {
		for (Layer<?> layer : layers) {
			if (!layer.unreadable().isEmpty()) {
				throw new IllegalArgumentException(
						"The layers of a stack on the heap must not have unreadable positions, but have "
								+ layer.unreadable());
			}
			if (layer.gone().stream().anyMatch((one) -> one.reason() != Gone.Reason.ERASED)) {
				throw new IllegalArgumentException(
						"The layers of a stack on the heap must not have gone positions that are not erased, but have "
								+ layer.gone());
			}
		}
	}

	static <E> List<E> reversed(List<E> list) {
		List<E> copy = new ArrayList<>(list);
		Collections.reverse(copy);
		return copy;
	}

	static <T> Layer<T> appended(Layer<T> layer, List<? extends T> added) {
		List<T> items = new ArrayList<>(layer.length() + added.size());
		items.addAll(layer.items());
		items.addAll(added);
		return new Layer<>(layer.generation(), items, layer.gone());
	}

	static <T> List<Layer<T>> erased(List<Layer<T>> layers, Collection<Position> positions) {
		return layers.stream().map((layer) -> layer.erased(positions)).toList();
	}

	static <T> List<Layer<T>> replaced(List<Layer<T>> layers, Position position, T item) {
		return layers.stream()
			.map((layer) -> (layer.generation() == position.generation()) ? layer.replaced(position, item) : layer)
			.toList();
	}

	/**
	 * Merges the erasures and replacements of one side into the layers of the other. An
	 * erasure prevails. Of two replacements, that of the committed side stays.
	 */
	static <T> List<Layer<T>> merged(List<Layer<T>> original, List<Layer<T>> committed, List<Layer<T>> attempted) {
		Map<Position, Optional<T>> changes = changes(original, attempted);
		if (changes.isEmpty()) {
			return committed;
		}
		Map<Position, Optional<T>> earlier = changes(original, committed);
		List<Layer<T>> merged = committed;
		requireKept(committed, changes.keySet());
		for (Map.Entry<Position, Optional<T>> change : changes.entrySet()) {
			if (change.getValue().isEmpty()) {
				merged = erased(merged, Set.of(change.getKey()));
			}
			else if (!earlier.containsKey(change.getKey())) {
				merged = replaced(merged, change.getKey(), change.getValue().get());
			}
		}
		return merged;
	}

	private static void requireKept(List<? extends Layer<?>> committed, Set<Position> changed) {
		for (Position position : changed) {
			if (committed.stream().noneMatch((layer) -> layer.generation() == position.generation())) {
				throw new ConflictException("The item at " + position
						+ " was erased or replaced, but the committed state does not have its layer any more");
			}
		}
	}

	/**
	 * Returns what became of items: another item, or nothing if an item was erased.
	 */
	private static <T> Map<Position, Optional<T>> changes(List<Layer<T>> before, List<Layer<T>> after) {
		Map<Long, Layer<T>> byGeneration = new HashMap<>();
		after.forEach((layer) -> byGeneration.put(layer.generation(), layer));
		Map<Position, Optional<T>> changes = new HashMap<>();
		for (Layer<T> layer : before) {
			Layer<T> now = byGeneration.get(layer.generation());
			if (now != null) {
				layer.entries()
					.forEach((entry) -> change(entry, now).ifPresent((item) -> changes.put(entry.position(), item)));
			}
		}
		return changes;
	}

	private static <T> Optional<Optional<T>> change(Entry<T> before, Layer<T> layer) {
		int index = before.position().index();
		Optional<T> item = Optional.of(before.item());
		Optional<T> now = (index < layer.length()) ? layer.entry(index).map(Entry::item) : item;
		return now.equals(item) ? Optional.empty() : Optional.of(now);
	}

}
