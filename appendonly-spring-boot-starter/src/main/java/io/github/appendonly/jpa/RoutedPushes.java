package io.github.appendonly.jpa;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.appendonly.Pushes;
import io.github.appendonly.jpa.item.Items;
import io.github.appendonly.jpa.item.JsonArray;

/**
 * Pushes onto a stack that go another way than those of its handle.
 *
 * @param <T> the type of the items
 * @param items writes the items
 * @param way takes what writes the items, and has it written before it returns
 */
record RoutedPushes<T>(Items<T> items, Consumer<Supplier<JsonArray>> way) implements Pushes<T> {

	@Override
	public void push(T item) {
		Objects.requireNonNull(item, "item");
		this.way.accept(() -> this.items.write(item));
	}

	@Override
	public void pushAll(List<? extends T> items) {
		List<T> copy = List.copyOf(items);
		if (!copy.isEmpty()) {
			this.way.accept(() -> this.items.writeAll(copy));
		}
	}

}
