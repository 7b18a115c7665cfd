package io.github.appendonly.state;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.github.appendonly.Layer;

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
			if (!layer.gone().isEmpty()) {
				throw new IllegalArgumentException(
						"The layers of a stack on the heap must not have gone positions, but have " + layer.gone());
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
		return new Layer<>(layer.generation(), items);
	}

}
