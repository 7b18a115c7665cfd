package io.github.appendonly.jpa;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

import io.github.appendonly.Pruner;
import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.table.StackTerms;
import org.jspecify.annotations.Nullable;

/**
 * Sets how much a stack keeps, and where its pruned layers go. A setting that is not made
 * leaves the stack as it is. A new stack has {@link StackBounds#DEFAULT} and no archive.
 * <p>
 * Bounds and archiving are stored with the stack, so handles without settings use them
 * too. A pruner is code and belongs to its handle. While only handles without the pruner
 * are in use, layers are not pruned: they stay beyond the bounds. The next push through a
 * handle with the pruner prunes them.
 * <p>
 * The settings are for one thread, while a handle is made.
 *
 * @param <T> the type of the items
 */
public final class StackSettings<T> {

	private @Nullable StackBounds bounds;

	private @Nullable Boolean archived;

	private @Nullable Pruner<? super T> pruner;

	private @Nullable Integer keptForSubscribers;

	StackSettings() {
	}

	/**
	 * Sets the bounds. On an existing stack they take effect with the next push. Each
	 * layer keeps its length, and a layer longer than {@code maxLength} counts as full.
	 * If the stack then has more than {@code maxLayers} layers, the oldest are pruned.
	 * @param maxLayers the number of layers to keep, at least 1
	 * @param maxLength the number of items that a layer takes, at least 1
	 * @return these settings
	 * @throws IllegalArgumentException if a number is below 1
	 */
	public StackSettings<T> bounds(int maxLayers, int maxLength) {
		return bounds(new StackBounds(maxLayers, maxLength));
	}

	/**
	 * Sets the bounds, as {@link #bounds(int, int)} does.
	 * @param bounds the bounds
	 * @return these settings
	 */
	public StackSettings<T> bounds(StackBounds bounds) {
		this.bounds = Objects.requireNonNull(bounds, "bounds");
		return this;
	}

	/**
	 * Keeps pruned layers in the archive of the stack's name.
	 * @return these settings
	 */
	public StackSettings<T> archived() {
		return archived(true);
	}

	/**
	 * Sets whether pruned layers are kept in the archive of the stack's name.
	 * @param archived whether they are kept
	 * @return these settings
	 */
	public StackSettings<T> archived(boolean archived) {
		this.archived = archived;
		return this;
	}

	/**
	 * Sets a pruner. If the stack is archived too, the archive also gets the layers.
	 * @param pruner takes the pruned layers, in the transaction that drops them; it may
	 * be called on any thread
	 * @return these settings
	 */
	public StackSettings<T> pruner(Pruner<? super T> pruner) {
		this.pruner = Objects.requireNonNull(pruner, "pruner");
		return this;
	}

	/**
	 * Keeps more layers than the bounds while a durable subscriber is behind: those with
	 * an item that it has not handled, up to this number. Beyond it, the oldest layers
	 * are pruned, and the subscriber's cursor expires. What it has handled is pruned by
	 * the next push. A subscriber that no application has had for two minutes keeps
	 * nothing.
	 * <p>
	 * The number is not stored with the stack. It applies to all handles on this node,
	 * until it is set again. Set it on each node that pushes onto the stack. An archived
	 * stack does not need it: subscribers read the archive.
	 * @param layers the maximum number of layers beyond the bounds; 0 for none
	 * @return these settings
	 * @throws IllegalArgumentException if the number is negative
	 */
	public StackSettings<T> keepForSubscribers(int layers) {
		if (layers < 0) {
			throw new IllegalArgumentException("keepForSubscribers must be at least 0, but is " + layers);
		}
		this.keptForSubscribers = layers;
		return this;
	}

	OptionalInt keptForSubscribers() {
		Integer layers = this.keptForSubscribers;
		return (layers != null) ? OptionalInt.of(layers) : OptionalInt.empty();
	}

	Optional<Pruner<? super T>> pruner() {
		return Optional.ofNullable(this.pruner);
	}

	/**
	 * Returns the settings in the form that travels with each push. If they set where
	 * pruned layers go, they also set whether there is a pruner. Otherwise they leave
	 * that as it is.
	 */
	StackTerms terms() {
		Optional<StackBounds> bounds = Optional.ofNullable(this.bounds);
		boolean setsDestination = this.pruner != null || this.archived != null;
		return new StackTerms(bounds.map(StackBounds::maxLayers).orElse(null),
				bounds.map(StackBounds::maxLength).orElse(null), this.archived,
				setsDestination ? this.pruner != null : null);
	}

}
