package io.github.appendonly.jpa.table;

import java.util.Optional;

import io.github.appendonly.StackBounds;
import org.jspecify.annotations.Nullable;

/**
 * The terms of a push: the settings of its handle. They go to the inbox with the items.
 * So the items are placed as they were pushed, no matter which handle places them.
 *
 * @param maxLayers the number of layers to keep, or null to leave it as it is
 * @param maxLength the number of items that a layer takes, or null to leave it as it is
 * @param archived whether pruned layers go to the archive of the stack's name, or null to
 * leave it as it is
 * @param hasPruner whether pruned layers go to a pruner, or null to leave it as it is
 * @param limits the limits that are applied in the background
 */
public record StackTerms(@Nullable Integer maxLayers, @Nullable Integer maxLength, @Nullable Boolean archived,
		@Nullable Boolean hasPruner, StackLimits limits) {

	/** Terms that leave the stack as it is. */
	public static final StackTerms NONE = new StackTerms(null, null, null, null, StackLimits.NONE);

	public Optional<StackBounds> bounds() {
		return (this.maxLayers != null && this.maxLength != null)
				? Optional.of(new StackBounds(this.maxLayers, this.maxLength)) : Optional.empty();
	}

	/**
	 * Returns why these terms cannot be applied, if they cannot. Another program may have
	 * written them.
	 */
	Optional<String> flaw() {
		if ((this.maxLayers == null) != (this.maxLength == null)) {
			return Optional.of("max_layers is " + this.maxLayers + " and max_length is " + this.maxLength
					+ ": both must be set, or both null");
		}
		boolean tooLow = this.maxLayers != null && this.maxLength != null && (this.maxLayers < 1 || this.maxLength < 1);
		return tooLow ? Optional.of("max_layers is " + this.maxLayers + " and max_length is " + this.maxLength
				+ ": both must be at least 1") : this.limits.flaw();
	}

	public StackBounds boundsOf(StackHead head) {
		return bounds().orElseGet(head::bounds);
	}

	public boolean archives(StackHead head) {
		return (this.archived != null) ? this.archived : head.archived();
	}

	public StackLimits limitsOf(StackHead head) {
		return this.limits.appliedTo(head.limits());
	}

	public boolean hasPruner(StackHead head) {
		return (this.hasPruner != null) ? this.hasPruner : head.hasPruner();
	}

}
