package io.github.appendonly;

import java.io.Serializable;

import io.github.appendonly.internal.Limits;

/**
 * The bounds of a stack. It keeps at most {@code maxLayers} layers with at most
 * {@code maxLength} items each.
 *
 * @param maxLayers the maximum number of layers, at least 1
 * @param maxLength the maximum number of items in a layer, at least 1
 */
public record StackBounds(int maxLayers, int maxLength) implements Serializable {

	private static final long serialVersionUID = 1L;

	/** The maximum number of layers of a stack for which none is given. */
	public static final int DEFAULT_MAX_LAYERS = 10;

	/** The maximum number of items in a layer of a stack for which none is given. */
	public static final int DEFAULT_MAX_LENGTH = 100;

	/** The bounds of a stack for which none are given. */
	public static final StackBounds DEFAULT = new StackBounds(DEFAULT_MAX_LAYERS, DEFAULT_MAX_LENGTH);

	/**
	 * Checks the ranges.
	 * @throws IllegalArgumentException if one of the limits is below 1
	 */
	public StackBounds {
		Limits.requireAtLeastOne("maxLayers", maxLayers);
		Limits.requireAtLeastOne("maxLength", maxLength);
	}

	/**
	 * Returns these bounds with another maximum number of layers.
	 * @param maxLayers the maximum number of layers, at least 1
	 * @return the new bounds
	 * @throws IllegalArgumentException if the limit is below 1
	 */
	public StackBounds withMaxLayers(int maxLayers) {
		return new StackBounds(maxLayers, this.maxLength);
	}

	/**
	 * Returns these bounds with another maximum length of layers.
	 * @param maxLength the maximum number of items in a layer, at least 1
	 * @return the new bounds
	 * @throws IllegalArgumentException if the limit is below 1
	 */
	public StackBounds withMaxLength(int maxLength) {
		return new StackBounds(this.maxLayers, maxLength);
	}

}
