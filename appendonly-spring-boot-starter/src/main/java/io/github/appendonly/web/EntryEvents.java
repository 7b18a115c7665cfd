package io.github.appendonly.web;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

import com.fasterxml.jackson.annotation.JsonValue;
import io.github.appendonly.Entry;
import io.github.appendonly.Followable;
import io.github.appendonly.StartAt;

/**
 * The entries of a structure as server-sent events: the return value of a Spring MVC
 * controller. <pre class="code">
 * &#064;GetMapping("/orders/events")
 * EntryEvents&lt;Order&gt; events() {
 *     return EntryEvents.of(this.recentOrdersHistory);
 * }</pre>
 * <p>
 * A client gets each entry once, in order: first those that are there, then live. Each
 * event has the position as its id, and the item as JSON. A client that comes back with
 * the header {@code Last-Event-ID}, as browsers do, goes on after that position. These
 * events have a name:
 * <ul>
 * <li>{@code caughtUp}: once, when the client has everything up to now. Its data is
 * {@code {"cursor": "7-42"}}.</li>
 * <li>{@code gone}: the item at this position is gone. Its data is the
 * {@link io.github.appendonly.Gone} position.</li>
 * <li>{@code expired}: entries after the client's cursor are no longer kept.
 * {@code ahead}: the client's cursor is beyond the newest entry, since the structure was
 * dropped or restored. The data of both is the cursor, and a message that tells what to
 * do. The stream ends. The id of the event is {@code oldest}, so a client that comes back
 * begins with the oldest entry that is kept. A browser does that by itself, unless its
 * page closes the {@code EventSource}.</li>
 * </ul>
 * <p>
 * Writing never blocks a thread, and nothing is queued for a slow client: it lags, and
 * its next read begins where it stands. All streams of a structure share their reads. A
 * stream ends when the client goes, when writing fails, or when the application stops. A
 * comment is sent now and then, so that a client that is gone is noticed.
 * <p>
 * A stream holds no thread, no connection to the database, and no session of open-in-view
 * while there is nothing new.
 * <p>
 * A method of a controller returns it as it is, and not within a {@code ResponseEntity}
 * or another object: only Spring MVC sends it, and to write it as JSON fails. With
 * WebFlux, {@link Followable#publisher} is the stream.
 * <p>
 * This type is immutable. A controller may keep one instance for all requests.
 *
 * @param <T> the type of the items
 */
public final class EntryEvents<T> {

	/** What is wrong with a method whose result nobody sends. */
	static final String NOT_HANDLED = "they are a stream, which only a method of a Spring MVC controller can return,"
			+ " as they are, not within a ResponseEntity, a Mono or another object. With WebFlux, return the publisher"
			+ " of the structure as a Flux of ServerSentEvent";

	private final Followable<T> entries;

	private final StartAt start;

	private final Function<? super Entry<T>, ?> data;

	private EntryEvents(Followable<T> entries, StartAt start, Function<? super Entry<T>, ?> data) {
		this.entries = Objects.requireNonNull(entries, "entries");
		this.start = Objects.requireNonNull(start, "start");
		this.data = Objects.requireNonNull(data, "data");
	}

	/**
	 * Creates the events of a structure. Clients of a stack that were away for too long
	 * are told that their cursor has expired. Clients of a history go on in the archive.
	 * @param <T> the type of the items
	 * @param entries a stack, or a stack and its archive
	 * @return its events
	 */
	public static <T> EntryEvents<T> of(Followable<T> entries) {
		return new EntryEvents<>(entries, StartAt.oldest(), EntryEvents::item);
	}

	private static <T> T item(Entry<T> entry) {
		return entry.item();
	}

	/**
	 * Tells where clients begin that send no {@code Last-Event-ID}. Without this, it is
	 * the oldest entry that is kept.
	 * @param start where they begin
	 * @return events that begin there
	 */
	public EntryEvents<T> startAt(StartAt start) {
		return new EntryEvents<>(this.entries, start, this.data);
	}

	/**
	 * Tells where a client begins that sends no {@code Last-Event-ID}, for example from a
	 * parameter of the request.
	 * @param start where it begins, if it tells that
	 * @return events that begin there
	 */
	public EntryEvents<T> startAt(Optional<StartAt> start) {
		return start.map(this::startAt).orElse(this);
	}

	/**
	 * Sends something else than the item as the data of an event.
	 * <p>
	 * The function runs on threads that all followers share, and may be called less often
	 * than there are clients: what it returns for an entry is for all of them.
	 * @param data returns what becomes the JSON of an entry's event
	 * @return events with that data
	 */
	public EntryEvents<T> map(Function<? super Entry<T>, ?> data) {
		return new EntryEvents<>(this.entries, this.start, data);
	}

	/**
	 * Fails, rather than that a client gets an empty object.
	 */
	@JsonValue
	@SuppressWarnings("DoNotCallSuggester") // only Jackson calls it
	Object json() {
		throw new IllegalStateException(
				"EntryEvents of " + this.entries + " cannot be written as JSON: " + NOT_HANDLED);
	}

	Followable<T> entries() {
		return this.entries;
	}

	StartAt start() {
		return this.start;
	}

	Function<? super Entry<T>, ?> data() {
		return this.data;
	}

}
