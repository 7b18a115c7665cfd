package io.github.appendonly.state;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.github.appendonly.Layer;

/**
 * What the states do with lists of layers.
 */
final class Layers {

	private Layers() {
	}

	static void requireDescending(List<? extends Layer<?>> newestFirst) {
		for (int i = 1; i < newestFirst.size(); i++) {
			long newer = newestFirst.get(i - 1).generation();
			long older = newestFirst.get(i).generation();
			if (older >= newer) {
				throw new IllegalArgumentException("Layers must descend from the newest generation, but generation "
						+ older + " follows " + newer);
			}
		}
	}

	static void requireNothingGone(List<? extends Layer<?>> layers) {
		for (Layer<?> layer : layers) {
			if (!layer.gone().isEmpty()) {
				throw new IllegalArgumentException("Items must not be gone, but these are: " + layer.gone());
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
