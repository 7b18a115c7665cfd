package io.github.appendonly.jpa.repository;

import java.util.Optional;

import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;

/**
 * The content of a stack's row.
 *
 * @param name the name of the stack
 * @param bounds how much the stack keeps
 * @param archived whether pruned layers go to the archive of the stack's name
 * @param newest the position of the newest item that is placed, if any
 * @param oldest the position of the oldest item that is kept, if any
 */
public record StackSummary(String name, StackBounds bounds, boolean archived, Optional<Position> newest,
		Optional<Position> oldest) {

	public StackSummary(String name, int maxLayers, int maxLength, boolean archived, long generation, int length,
			long oldestGeneration) {
		this(name, new StackBounds(maxLayers, maxLength), archived,
				Optional.of(new Position(generation, Math.max(0, length - 1))).filter((position) -> length > 0),
				Optional.of(new Position(oldestGeneration, 0)).filter((position) -> length > 0));
	}

}
