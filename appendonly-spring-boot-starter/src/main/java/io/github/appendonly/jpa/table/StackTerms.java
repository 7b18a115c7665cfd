package io.github.appendonly.jpa.table;

import java.util.ArrayList;
import java.util.List;
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

	/**
	 * Returns whether no term leaves the stack as it is.
	 */
	public boolean areComplete() {
		return this.maxLayers != null && this.maxLength != null && this.archived != null && this.hasPruner != null
				&& this.limits.areComplete();
	}

	/**
	 * Returns these terms, and other ones where these leave the stack as it is.
	 */
	public StackTerms orElse(StackTerms others) {
		boolean setsBounds = this.maxLayers != null;
		return new StackTerms(setsBounds ? this.maxLayers : others.maxLayers,
				setsBounds ? this.maxLength : others.maxLength,
				(this.archived != null) ? this.archived : others.archived,
				(this.hasPruner != null) ? this.hasPruner : others.hasPruner, this.limits.orElse(others.limits));
	}

	/**
	 * Returns these terms and other ones together. These count where both are set, except
	 * that layers are archived if one of the two says so.
	 */
	public StackTerms with(StackTerms others) {
		StackTerms both = orElse(others);
		return Boolean.TRUE.equals(others.archived)
				? new StackTerms(both.maxLayers, both.maxLength, others.archived, both.hasPruner, both.limits) : both;
	}

	/**
	 * Returns the terms that both set, and to different values, each as one text.
	 */
	public List<String> contradictions(StackTerms other) {
		List<String> contradictions = new ArrayList<>();
		addContradiction(contradictions, "maxLayers", this.maxLayers, other.maxLayers);
		addContradiction(contradictions, "maxLength", this.maxLength, other.maxLength);
		addContradiction(contradictions, "archived", this.archived, other.archived);
		addContradiction(contradictions, "has a pruner", this.hasPruner, other.hasPruner);
		for (int i = 0; i < StackLimits.COLUMNS.size(); i++) {
			addContradiction(contradictions, StackLimits.COLUMNS.get(i), this.limits.values().get(i),
					other.limits.values().get(i));
		}
		return contradictions;
	}

	private static void addContradiction(List<String> contradictions, String term, @Nullable Object one,
			@Nullable Object other) {
		if (one != null && other != null && !one.equals(other)) {
			contradictions.add(term + " (" + one + " and " + other + ")");
		}
	}

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
