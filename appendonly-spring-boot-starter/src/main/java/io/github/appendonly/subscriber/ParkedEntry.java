package io.github.appendonly.subscriber;

import io.github.appendonly.Position;

/**
 * An entry that could not be handled, as it lies on the stack {@code <stack>.<id>.parked}
 * of its subscriber.
 *
 * @param <T> the type of the item
 * @param position the position on the subscriber's stack
 * @param item the item
 * @param cause why it could not be handled
 */
public record ParkedEntry<T>(Position position, T item, String cause) {
}
