package io.github.appendonly.actuate.recording;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.appendonly.AppendStack;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Records on a stack: written in the background, read back as they were.
 *
 * @param <R> the type of the records
 */
final class StackRecording<R> {

	private final AppendStack<JsonNode> stack;

	private final Class<R> type;

	private final BackgroundWriter<ObjectNode> writer;

	/**
	 * Keeps records on a stack.
	 * @param what the plural name of the records in the log, such as {@code audit events}
	 * @param stack the stack
	 * @param type the type of the records
	 * @param queueCapacity the number of records that may wait to be written
	 * @param beforeWriting completes the records of a batch just before they are written
	 * @throws IllegalArgumentException if the capacity is below 1
	 */
	StackRecording(String what, AppendStack<JsonNode> stack, Class<R> type, int queueCapacity,
			Consumer<List<ObjectNode>> beforeWriting) {
		this.stack = stack;
		this.type = type;
		this.writer = new BackgroundWriter<>(what, queueCapacity, (records) -> {
			beforeWriting.accept(records);
			stack.pushAll(records);
		});
	}

	BackgroundWriter<?> writer() {
		return this.writer;
	}

	/**
	 * Takes a record as it is now. Neither waits nor fails.
	 */
	void add(R item) {
		this.writer.add(PlainJson.write(item));
	}

	/**
	 * The records on the stack, newest first. Waits briefly until those that were added
	 * before are written, except in a transaction.
	 */
	Stream<R> newestFirst() {
		this.writer.flush();
		return this.stack.stream().map((entry) -> PlainJson.read(entry.item(), this.type));
	}

}
