package io.github.appendonly.web;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

import io.github.appendonly.Entry;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes events as bytes. Followers at the same place share their entries, so an entry is
 * written once for all clients that take it at about the same time.
 */
final class EventFormat {

	/*
	 * The latest events, found by the identity of their entry. Where two entries fall on
	 * the same slot, or two threads come at once, an event is only written twice. Large
	 * ones are not kept, so that the memory is bounded.
	 */

	private static final int SLOTS = 64;

	private static final int LARGEST_KEPT = 16 * 1024;

	@SuppressWarnings("ArrayRecordComponent") // never compared, and never changed
	private record Written(Entry<?> entry, Function<?, ?> data, byte[] event) {
	}

	private final AtomicReferenceArray<@Nullable Written> latest = new AtomicReferenceArray<>(SLOTS);

	private final ObjectWriter writer;

	EventFormat(JsonMapper mapper) {
		this.writer = mapper.writer().without(SerializationFeature.INDENT_OUTPUT);
	}

	/**
	 * Returns the event of an entry.
	 * @throws RuntimeException if the data cannot be made, or cannot be written as JSON
	 */
	@SuppressWarnings("ReferenceEquality") // comparing items would cost more than it
											// saves
	<T> byte[] entry(Entry<T> entry, Function<? super Entry<T>, ?> data) {
		int slot = System.identityHashCode(entry) % SLOTS;
		Written known = this.latest.get(slot);
		if (known != null && known.entry == entry && known.data == data) {
			return known.event;
		}
		byte[] event = event(null, entry.position().toString(), data.apply(entry));
		this.latest.set(slot, (event.length <= LARGEST_KEPT) ? new Written(entry, data, event) : null);
		return event;
	}

	/**
	 * Returns an event.
	 * @param name the name of the event, if it has one
	 * @param id what the client sends when it comes back; it has no line break
	 * @param data what becomes the JSON
	 */
	byte[] event(@Nullable String name, String id, Object data) {
		ByteArrayOutputStream event = new ByteArrayOutputStream();
		if (name != null) {
			event.writeBytes(text("event:" + name + "\n"));
		}
		event.writeBytes(text("id:" + id + "\ndata:"));
		event.writeBytes(this.writer.writeValueAsBytes(data));
		event.writeBytes(text("\n\n"));
		return event.toByteArray();
	}

	/**
	 * Returns text as it is sent.
	 */
	static byte[] text(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
