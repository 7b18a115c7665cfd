package io.github.appendonly.sample;

import java.util.List;
import java.util.Optional;

import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.StackStatus;
import io.github.appendonly.jpa.StackStatus.LayerStatus;

/**
 * The state of the stack for clients.
 *
 * @param maxLayers the number of layers kept
 * @param maxLength the number of events per layer
 * @param newest the position of the newest event, if any
 * @param size the number of events on it
 * @param layers its layers, newest first
 * @param inbox the number of events that are recorded and wait to be placed
 * @param archivedLayers the number of layers in its archive
 */
record StackView(int maxLayers, int maxLength, Optional<Position> newest, long size, List<LayerStatus> layers,
		long inbox, long archivedLayers) {

	static StackView of(StackBounds bounds, StackStatus status) {
		return new StackView(bounds.maxLayers(), bounds.maxLength(), status.newest(), status.size(), status.layers(),
				status.inbox(), status.archivedLayers());
	}

}
