package io.github.appendonly.jpa;

import java.util.Objects;
import java.util.Optional;

import io.github.appendonly.Pruner;
import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.table.StackTerms;
import org.jspecify.annotations.Nullable;

/**
 * Says how much a stack keeps, and where its pruned layers go. Settings that are not set
 * leave the stack as it is; a new stack has {@link StackBounds#DEFAULT} and no archive.
 * <p>
 * Bounds and archiving are stored with the stack: handles without settings use them. A
 * pruner is code and lives with the handle. While only handles without it are in use,
 * layers are not pruned but kept beyond the bounds. The next push through a handle with
 * the pruner hands them over.
 * <p>
 * For one thread, while a handle is made.
 *
 * @param <T> the type of the items
 */
public final class StackSettings<T> {

	private @Nullable StackBounds bounds;

	private @Nullable Boolean archived;

	private @Nullable Pruner<? super T> pruner;

	StackSettings() {
	}

	/**
	 * Sets the bounds. On a stack that exists they take effect with the next push: each
	 * layer keeps its length, a longer one counts as full, and layers that are then too
	 * many are pruned.
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
	 * Has pruned layers kept in the archive of the stack's name.
	 * @return these settings
	 */
	public StackSettings<T> archived() {
		return archived(true);
	}

	/**
	 * Sets whether pruned layers are kept in the archive of the stack's name.
	 * @param archived whether they are
	 * @return these settings
	 */
	public StackSettings<T> archived(boolean archived) {
		this.archived = archived;
		return this;
	}

	/**
	 * Sets a pruner. If the stack is archived as well, the archive gets the layers too.
	 * @param pruner takes the pruned layers, in the transaction that drops them; it may
	 * be called on any thread
	 * @return these settings
	 */
	public StackSettings<T> pruner(Pruner<? super T> pruner) {
		this.pruner = Objects.requireNonNull(pruner, "pruner");
		return this;
	}

	Optional<Pruner<? super T>> pruner() {
		return Optional.ofNullable(this.pruner);
	}

	/**
	 * The settings as they travel with each push. Settings that say where pruned layers
	 * go also say whether there is a pruner; others leave that as it is.
	 */
	StackTerms terms() {
		Optional<StackBounds> bounds = Optional.ofNullable(this.bounds);
		boolean saysWhereLayersGo = this.pruner != null || this.archived != null;
		return new StackTerms(bounds.map(StackBounds::maxLayers).orElse(null),
				bounds.map(StackBounds::maxLength).orElse(null), this.archived,
				saysWhereLayersGo ? this.pruner != null : null);
	}

}
