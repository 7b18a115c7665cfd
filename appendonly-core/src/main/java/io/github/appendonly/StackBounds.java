package io.github.appendonly;

import io.github.appendonly.internal.Limits;

/**
 * How much a stack keeps: at most {@code maxLayers} layers of at most {@code maxLength}
 * items each.
 *
 * @param maxLayers the number of layers kept, at least 1
 * @param maxLength the number of items a layer takes, at least 1
 */
public record StackBounds(int maxLayers, int maxLength) {

	/** The number of layers kept unless said otherwise. */
	public static final int DEFAULT_MAX_LAYERS = 10;

	/** The number of items a layer takes unless said otherwise. */
	public static final int DEFAULT_MAX_LENGTH = 100;

	/** The bounds of a stack for which none are given. */
	public static final StackBounds DEFAULT = new StackBounds(DEFAULT_MAX_LAYERS, DEFAULT_MAX_LENGTH);

	/**
	 * Checks the ranges.
	 * @throws IllegalArgumentException if either limit is below 1
	 */
	public StackBounds {
		Limits.requireAtLeastOne("maxLayers", maxLayers);
		Limits.requireAtLeastOne("maxLength", maxLength);
	}

	/**
	 * These bounds with another number of layers.
	 * @param maxLayers the number of layers kept, at least 1
	 * @return the new bounds
	 */
	public StackBounds withMaxLayers(int maxLayers) {
		return new StackBounds(maxLayers, this.maxLength);
	}

	/**
	 * These bounds with another length of layers.
	 * @param maxLength the number of items a layer takes, at least 1
	 * @return the new bounds
	 */
	public StackBounds withMaxLength(int maxLength) {
		return new StackBounds(this.maxLayers, maxLength);
	}

}
