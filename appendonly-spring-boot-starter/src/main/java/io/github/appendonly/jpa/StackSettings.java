package io.github.appendonly.jpa;

import java.util.Objects;
import java.util.Optional;

import io.github.appendonly.Pruner;
import io.github.appendonly.StackBounds;

/**
 * How much a stack keeps, and what becomes of the layers that it prunes.
 * <p>
 * Bounds and archiving are kept with the stack: whoever uses it later without saying
 * otherwise goes on with them. A pruner is code and lives with the handle. While only
 * handles without it are at work, layers are not pruned but kept beyond the bounds, and
 * the next push of a handle with the pruner hands them over.
 *
 * @param <T> the type of the items
 * @param bounds how much the stack keeps; empty to leave it as it is, or at
 * {@link StackBounds#DEFAULT} if it is new
 * @param archived whether pruned layers go to the archive of the stack's name; empty to
 * leave it as it is
 * @param pruner takes the pruned layers; empty for none
 */
public record StackSettings<T>(Optional<StackBounds> bounds, Optional<Boolean> archived,
		Optional<Pruner<? super T>> pruner) {

	private static final StackSettings<?> UNCHANGED = new StackSettings<>(Optional.empty(), Optional.empty(),
			Optional.empty());

	/**
	 * Refuses nulls.
	 */
	public StackSettings {
		Objects.requireNonNull(bounds, "bounds");
		Objects.requireNonNull(archived, "archived");
		Objects.requireNonNull(pruner, "pruner");
	}

	/**
	 * Settings that leave a stack as it is.
	 * @param <T> the type of the items
	 * @return the settings
	 */
	@SuppressWarnings("unchecked") // holds nothing of type T
	public static <T> StackSettings<T> unchanged() {
		return (StackSettings<T>) UNCHANGED;
	}

	/**
	 * These settings with bounds. On a stack that exists they take effect with the next
	 * push: each layer keeps the length it has, one that is longer counts as full, and
	 * layers that are too many then are pruned.
	 * @param bounds how much the stack keeps
	 * @return the new settings
	 */
	public StackSettings<T> withBounds(StackBounds bounds) {
		return new StackSettings<>(Optional.of(bounds), this.archived, this.pruner);
	}

	/**
	 * These settings with an archive, or without.
	 * @param archived whether pruned layers go to the archive of the stack's name
	 * @return the new settings
	 */
	public StackSettings<T> withArchive(boolean archived) {
		return new StackSettings<>(this.bounds, Optional.of(archived), this.pruner);
	}

	/**
	 * These settings with a pruner. If the stack is archived as well, the archive gets
	 * the layers too.
	 * @param pruner takes the pruned layers, in the transaction that drops them; it may
	 * be called on any thread
	 * @return the new settings
	 */
	public StackSettings<T> withPruner(Pruner<? super T> pruner) {
		return new StackSettings<>(this.bounds, this.archived, Optional.of(pruner));
	}

}
