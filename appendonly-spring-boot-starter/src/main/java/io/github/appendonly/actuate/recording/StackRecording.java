package io.github.appendonly.actuate.recording;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.jpa.item.ItemConversionException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Records on a stack: written in the background, or at once beside the caller's
 * transaction, and read back as they were.
 *
 * @param <R> the type of the records
 */
final class StackRecording<R> {

	private static final Log logger = LogFactory.getLog(StackRecording.class);

	private final String what;

	private final AppendStack<JsonNode> stack;

	private final Class<R> type;

	private final Consumer<List<ObjectNode>> beforeWriting;

	private final Optional<BackgroundWriter<ObjectNode>> writer;

	/**
	 * Keeps records on a stack, and writes them in the background.
	 * @param what the plural name of the records in the log, such as {@code audit events}
	 * @param stack the stack
	 * @param type the type of the records
	 * @param queueCapacity the number of records that may wait to be written
	 * @param beforeWriting completes the records of a batch just before they are written
	 * @throws IllegalArgumentException if the capacity is below 1
	 */
	StackRecording(String what, AppendStack<JsonNode> stack, Class<R> type, int queueCapacity,
			Consumer<List<ObjectNode>> beforeWriting) {
		this(what, stack, type, beforeWriting, Optional.of(new BackgroundWriter<>(what, queueCapacity, (records) -> {
			beforeWriting.accept(records);
			stack.pushAll(records);
		})));
	}

	private StackRecording(String what, AppendStack<JsonNode> stack, Class<R> type,
			Consumer<List<ObjectNode>> beforeWriting, Optional<BackgroundWriter<ObjectNode>> writer) {
		this.what = what;
		this.stack = stack;
		this.type = type;
		this.beforeWriting = beforeWriting;
		this.writer = writer;
	}

	/**
	 * Keeps records on a stack, and writes each before it returns.
	 */
	static <R> StackRecording<R> durable(String what, AppendStack<JsonNode> stack, Class<R> type,
			Consumer<List<ObjectNode>> beforeWriting) {
		return new StackRecording<>(what, stack, type, beforeWriting, Optional.empty());
	}

	/**
	 * Returns what writes in the background.
	 */
	BackgroundWriter<?> writer() {
		return this.writer
			.orElseThrow(() -> new IllegalStateException("The " + this.what + " are written at once, not later"));
	}

	/**
	 * Takes a record as it is now. In the background, this neither waits nor fails: a
	 * record that cannot be copied is dropped, and counted as such. At once, it fails if
	 * the record cannot be stored.
	 */
	void add(Supplier<R> item) {
		this.writer.ifPresentOrElse((later) -> add(item, later), () -> store(PlainJson.write(item.get())));
	}

	private static <R> void add(Supplier<R> item, BackgroundWriter<ObjectNode> later) {
		ObjectNode copy;
		try {
			copy = PlainJson.write(item.get());
		}
		catch (RuntimeException | StackOverflowError | LinkageError ex) {
			later.drop(ex);
			return;
		}
		later.add(copy);
	}

	private void store(ObjectNode copy) {
		this.beforeWriting.accept(List.of(copy));
		this.stack.independently().push(copy);
	}

	/**
	 * The records on the stack, newest first. Waits briefly until those that were added
	 * before are written, except in a transaction. Records that cannot be read are left
	 * out, and the log says so.
	 */
	Stream<R> newestFirst() {
		this.writer.ifPresent(BackgroundWriter::flush);
		Records records = new Records(this.stack.iterator());
		return Stream.iterate(records.next(), Optional::isPresent, (record) -> records.next())
			.flatMap(Optional::stream);
	}

	/**
	 * The records that can be read.
	 */
	private final class Records {

		private final Iterator<Entry<JsonNode>> entries;

		private boolean warned;

		Records(Iterator<Entry<JsonNode>> entries) {
			this.entries = entries;
		}

		Optional<R> next() {
			while (this.entries.hasNext()) {
				String where = "";
				try {
					Entry<JsonNode> entry = this.entries.next();
					where = " at " + entry.position();
					return Optional.of(PlainJson.read(entry.item(), StackRecording.this.type));
				}
				catch (ItemConversionException | JacksonException ex) {
					warn(where, ex);
				}
			}
			return Optional.empty();
		}

		/**
		 * Logs the first failure of a read as a warning. There may be many.
		 */
		private void warn(String where, RuntimeException failure) {
			String message = "One of the " + StackRecording.this.what + where
					+ " is left out because it cannot be read";
			if (this.warned) {
				logger.debug(message, failure);
			}
			else {
				logger.warn(message + ". Others of this read are logged at debug level", failure);
				this.warned = true;
			}
		}

	}

}
