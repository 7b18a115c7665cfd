package io.github.appendonly.actuate.recording;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.appendonly.AppendStack;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps audit events on a stack that all application instances on the database share.
 * <p>
 * An event belongs to no transaction, so it is recorded even if the transaction in which
 * it was added rolls back. It is written in one of two ways:
 * <ul>
 * <li>In the background: adding an event neither waits for the database nor fails. The
 * event is queued in memory. If the process is killed, the queued events are lost. If the
 * queue is full, new events are dropped and counted. All others are written at least
 * once, in the order in which they were added. If the connection breaks while events are
 * being committed, they may be on the stack twice, and the log says so.</li>
 * <li>{@linkplain #durable Durably}: an event is stored when it has been added. If it
 * cannot be stored, adding it fails, and so does what publishes it.</li>
 * </ul>
 * <p>
 * The data of an event is copied when the event is added. Values that cannot be written
 * as JSON are kept as text, and so are values that not every reader could read: numbers
 * of more than 100 characters, for example. Data beyond 65,536 characters is kept as text
 * too, and cut off. Keys are cut to 1,000 characters, and left out beyond 65,536
 * characters in all. The principal and the type are cut to 1,000 characters. Events that
 * are read back contain numbers, texts, lists and maps.
 */
@RegisterReflectionForBinding(StoredAuditEvent.class)
public final class StackAuditEventRepository implements AuditEventRepository {

	private static final Log logger = LogFactory.getLog(StackAuditEventRepository.class);

	private static final String WHAT = "audit events";

	private static final int MAX_DATA = 65_536;

	/** The maximum number of characters of a key, a principal or a type. */
	private static final int MAX_NAME = 1000;

	/** The key that tells how many others were left out. */
	private static final String LEFT_OUT = "...";

	/** Allowance for clocks that differ, and for the order of writing. */
	private static final Duration SLACK = Duration.ofMinutes(5);

	private final StackRecording<StoredAuditEvent> recording;

	/**
	 * Keeps events on a stack, and writes them in the background.
	 * @param stack the stack
	 * @param queueCapacity the number of events that may wait to be written
	 * @throws IllegalArgumentException if the capacity is below 1
	 */
	public StackAuditEventRepository(AppendStack<JsonNode> stack, int queueCapacity) {
		this(stack, queueCapacity, Clock.systemUTC());
	}

	StackAuditEventRepository(AppendStack<JsonNode> stack, int queueCapacity, Clock clock) {
		this(new StackRecording<>(WHAT, stack, StoredAuditEvent.class, queueCapacity,
				(events) -> setRecorded(events, clock)));
	}

	private StackAuditEventRepository(StackRecording<StoredAuditEvent> recording) {
		this.recording = recording;
	}

	/**
	 * Keeps events on a stack. Each is stored when {@link #add} returns. In a
	 * transaction, it is stored beside it.
	 * @param stack the stack
	 * @return the repository, which has no writer
	 */
	public static StackAuditEventRepository durable(AppendStack<JsonNode> stack) {
		return new StackAuditEventRepository(StackRecording.durable(WHAT, stack, StoredAuditEvent.class,
				(events) -> setRecorded(events, Clock.systemUTC())));
	}

	private static void setRecorded(List<ObjectNode> events, Clock clock) {
		String now = clock.instant().toString();
		events.forEach((event) -> event.put("recorded", now));
	}

	/**
	 * The writer of the events, which has to be started.
	 * @return the writer
	 * @throws IllegalStateException if events are stored at once
	 */
	public BackgroundWriter<?> writer() {
		return this.recording.writer();
	}

	@Override
	public void add(AuditEvent event) {
		Objects.requireNonNull(event, "event");
		this.recording.add(() -> new StoredAuditEvent(event.getTimestamp(), event.getTimestamp(),
				name(event.getPrincipal()), name(event.getType()), snapshot(event.getData())));
	}

	private static String name(String text) {
		return PlainJson.cut(text, MAX_NAME);
	}

	private static Map<String, Object> snapshot(Map<String, Object> data) {
		Map<String, Object> snapshot = new LinkedHashMap<>();
		int room = MAX_DATA;
		int roomForKeys = MAX_DATA;
		int leftOut = 0;
		try {
			for (Map.Entry<String, Object> entry : data.entrySet()) {
				String key = unusedKey(name(String.valueOf(entry.getKey())), snapshot);
				roomForKeys -= key.length() + 1;
				if (roomForKeys < 0) {
					leftOut++;
					continue;
				}
				JsonNode value = PlainJson.snapshot(entry.getValue(), room);
				room -= value.toString().length();
				snapshot.put(key, value);
			}
		}
		catch (RuntimeException ex) {
			// Another thread changes the map: the event matters more than its data
			logger.debug("The data of an audit event cannot be read", ex);
		}
		if (leftOut > 0) {
			snapshot.put(LEFT_OUT, leftOut + " more");
		}
		return snapshot;
	}

	/**
	 * Makes a key unique that was cut.
	 */
	private static String unusedKey(String key, Map<String, Object> used) {
		return used.containsKey(key) ? key + "#" + used.size() : key;
	}

	/**
	 * Finds events on the stack, oldest first. Pruned events are not found.
	 * <p>
	 * Reads the stack from its newest event down to those that were recorded some minutes
	 * before {@code after}. Waits briefly until events that were added before are
	 * written, except in a transaction. Events that cannot be read are left out, and the
	 * log says so.
	 */
	@Override
	public List<AuditEvent> find(@Nullable String principal, @Nullable Instant after, @Nullable String type) {
		List<AuditEvent> found = new ArrayList<>(this.recording.newestFirst()
			.takeWhile((event) -> after == null || !event.recorded().plus(SLACK).isBefore(after))
			.filter((event) -> principal == null || name(principal).equals(event.principal()))
			.filter((event) -> after == null || event.timestamp().isAfter(after))
			.filter((event) -> type == null || name(type).equals(event.type()))
			.map(StoredAuditEvent::event)
			.toList());
		Collections.reverse(found);
		return found;
	}

}
