package io.github.appendonly.autoconfigure.actuate;

import io.github.appendonly.AppendStack;
import io.github.appendonly.jpa.AppendOnlyStructures;
import tools.jackson.databind.JsonNode;

/**
 * The properties that audit events and HTTP exchanges have in common. Only their defaults
 * differ.
 */
interface RecordingProperties {

	String stack();

	int maxLayers();

	int maxLength();

	boolean archive();

	int queueCapacity();

	default AppendStack<JsonNode> stackOf(AppendOnlyStructures structures) {
		return structures.stack(stack(), JsonNode.class,
				(settings) -> settings.bounds(maxLayers(), maxLength()).archived(archive()));
	}

}
