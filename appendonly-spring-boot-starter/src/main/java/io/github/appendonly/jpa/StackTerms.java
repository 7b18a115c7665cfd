package io.github.appendonly.jpa;

import java.util.Optional;

import io.github.appendonly.StackBounds;
import org.jspecify.annotations.Nullable;

/**
 * What a push says of its stack: it goes to the inbox with the items, so that they are
 * placed as they were pushed, whoever places them.
 *
 * @param maxLayers the number of layers to keep, or null to leave it as it is
 * @param maxLength the number of items a layer takes, or null to leave it as it is
 * @param archived whether pruned layers go to the archive of the stack's name, or null to
 * leave it as it is
 * @param hasPruner whether pruned layers go to a pruner, or null to leave it as it is
 */
record StackTerms(@Nullable Integer maxLayers, @Nullable Integer maxLength, @Nullable Boolean archived,
		@Nullable Boolean hasPruner) {

	/**
	 * The terms of settings. Those that say something about pruned layers say whether
	 * there is a pruner; any others leave it as it is.
	 */
	static StackTerms of(StackSettings<?> settings) {
		boolean says = settings.pruner().isPresent() || settings.archived().isPresent();
		return new StackTerms(settings.bounds().map(StackBounds::maxLayers).orElse(null),
				settings.bounds().map(StackBounds::maxLength).orElse(null), settings.archived().orElse(null),
				says ? settings.pruner().isPresent() : null);
	}

	Optional<StackBounds> bounds() {
		return (this.maxLayers != null && this.maxLength != null)
				? Optional.of(new StackBounds(this.maxLayers, this.maxLength)) : Optional.empty();
	}

	StackBounds boundsOf(StackHead head) {
		return bounds().orElseGet(head::bounds);
	}

	boolean archives(StackHead head) {
		return (this.archived != null) ? this.archived : head.archived();
	}

	boolean hasPruner(StackHead head) {
		return (this.hasPruner != null) ? this.hasPruner : head.hasPruner();
	}

}
