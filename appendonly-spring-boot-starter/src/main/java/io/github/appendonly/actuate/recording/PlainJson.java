package io.github.appendonly.actuate.recording;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Converts the stored records to JSON trees and back with its own mapper. The
 * application's mapper may change names and values, but leaves trees as they are.
 */
final class PlainJson {

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
		.build();

	/**
	 * Reads only what any reader can read, even one with much lower limits than Jackson's
	 * own, and even when it is nested in a record.
	 */
	private static final JsonMapper CAUTIOUS = JsonMapper.builder(JsonFactory.builder()
		.streamReadConstraints(
				StreamReadConstraints.builder().maxNumberLength(100).maxNameLength(1000).maxNestingDepth(50).build())
		.build()).build();

	private PlainJson() {
	}

	static ObjectNode write(Object item) {
		return MAPPER.valueToTree(item);
	}

	static <T> T read(JsonNode json, Class<T> type) {
		return MAPPER.treeToValue(json, type);
	}

	/**
	 * Copies any value as JSON. A value that cannot be written as JSON, is too long, or
	 * might be beyond the limits of a reader, becomes a text.
	 * @param value the value
	 * @param limit the maximum number of characters
	 */
	static JsonNode snapshot(@Nullable Object value, int limit) {
		try {
			JsonNode json = MAPPER.valueToTree(value);
			String text = json.isString() ? json.stringValue() : json.toString();
			boolean kept = text.length() <= limit && (json.isString() || isReadable(text));
			return kept ? json : StringNode.valueOf(cut(text, limit));
		}
		catch (Exception | StackOverflowError | LinkageError ex) {
			return StringNode.valueOf(cut(text(value), limit));
		}
	}

	private static boolean isReadable(String text) {
		try {
			CAUTIOUS.readTree(text);
			return true;
		}
		catch (JacksonException ex) {
			return false;
		}
	}

	private static String text(@Nullable Object value) {
		try {
			return String.valueOf(value);
		}
		catch (Exception | StackOverflowError | LinkageError ex) {
			return (value != null) ? value.getClass().getName() : "null";
		}
	}

	/**
	 * Returns the beginning of a text.
	 * @param limit the maximum number of characters
	 */
	static String cut(String text, int limit) {
		return (text.length() <= limit) ? text : text.substring(0, Math.max(limit, 0));
	}

}
