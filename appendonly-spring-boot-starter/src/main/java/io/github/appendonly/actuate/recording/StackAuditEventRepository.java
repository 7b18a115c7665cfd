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
import io.github.appendonly.Entry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps audit events on a stack, which all application instances on the database share.
 * <p>
 * Adding an event neither waits for the database nor fails: the event is queued in
 * memory, and written in the background. It belongs to no transaction, so it is recorded
 * also when the transaction in which it was added rolls back. What is queued is lost with
 * the process; what finds no room is dropped and counted. All else is written at least
 * once, in the order of adding: if the connection breaks while events are being
 * committed, they may be there twice, and the log says so.
 * <p>
 * The data of an event is taken as it is when the event is added. Values that cannot be
 * written as JSON are kept as text, and so is, cut, what goes beyond 65,536 characters in
 * all. What is found has numbers, texts, lists and maps in it.
 */
@RegisterReflectionForBinding(StoredAuditEvent.class)
public final class StackAuditEventRepository implements AuditEventRepository {

	private static final Log logger = LogFactory.getLog(StackAuditEventRepository.class);

	private static final int MAX_DATA = 65_536;

	/** By how much clocks may differ between instances, and the order of writing. */
	private static final Duration SLACK = Duration.ofMinutes(5);

	private final AppendStack<JsonNode> stack;

	private final Clock clock;

	private final BackgroundWriter<ObjectNode> handOver;

	/**
	 * Keeps events on a stack.
	 * @param stack the stack
	 * @param queueCapacity the number of events that may wait to be written
	 * @throws IllegalArgumentException if the capacity is below 1
	 */
	public StackAuditEventRepository(AppendStack<JsonNode> stack, int queueCapacity) {
		this(stack, queueCapacity, Clock.systemUTC());
	}

	StackAuditEventRepository(AppendStack<JsonNode> stack, int queueCapacity, Clock clock) {
		this.stack = stack;
		this.clock = clock;
		this.handOver = new BackgroundWriter<>("audit events", queueCapacity, this::write);
	}

	/**
	 * What writes the events, once it is started.
	 * @return the hand-over
	 */
	public BackgroundWriter<?> handOver() {
		return this.handOver;
	}

	@Override
	public void add(AuditEvent event) {
		Objects.requireNonNull(event, "event");
		this.handOver.add(PlainJson.write(new StoredAuditEvent(event.getTimestamp(), event.getTimestamp(),
				event.getPrincipal(), event.getType(), snapshot(event.getData()))));
	}

	private static Map<String, Object> snapshot(Map<String, Object> data) {
		Map<String, Object> snapshot = new LinkedHashMap<>();
		int room = MAX_DATA;
		try {
			for (Map.Entry<String, Object> entry : data.entrySet()) {
				JsonNode value = PlainJson.snapshot(entry.getValue(), room);
				room -= value.toString().length();
				snapshot.put(String.valueOf(entry.getKey()), value);
			}
		}
		catch (RuntimeException ex) {
			// Somebody changes the map meanwhile: the event counts more than its data
			logger.debug("The data of an audit event cannot be read", ex);
		}
		return snapshot;
	}

	private void write(List<ObjectNode> events) {
		String now = this.clock.instant().toString();
		events.forEach((event) -> event.put("recorded", now));
		this.stack.pushAll(events);
	}

	/**
	 * Finds events on the stack, the oldest first; what has been pruned from it is not
	 * found any more. Reads the stack from its newest event down to those that were
	 * recorded some minutes before {@code after}.
	 * <p>
	 * Waits a moment for what was added before, unless in a transaction.
	 */
	@Override
	public List<AuditEvent> find(@Nullable String principal, @Nullable Instant after, @Nullable String type) {
		this.handOver.flush();
		List<AuditEvent> found = new ArrayList<>();
		for (Entry<JsonNode> entry : this.stack) {
			StoredAuditEvent stored = PlainJson.read(entry.item(), StoredAuditEvent.class);
			if (after != null && stored.recorded().plus(SLACK).isBefore(after)) {
				break;
			}
			if ((principal == null || principal.equals(stored.principal()))
					&& (after == null || stored.timestamp().isAfter(after))
					&& (type == null || type.equals(stored.type()))) {
				found.add(stored.event());
			}
		}
		Collections.reverse(found);
		return found;
	}

}
