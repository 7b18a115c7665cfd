package io.github.appendonly.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * A client of server-sent events on a plain socket. It reads only when it is told to.
 */
final class EventClient implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	/**
	 * What is between two empty lines.
	 */
	record Event(@Nullable String name, @Nullable String id, @Nullable String data, List<String> others) {

		static Event of(@Nullable String id, String data) {
			return new Event(null, id, data, List.of());
		}

		static Event of(String name, @Nullable String id, String data) {
			return new Event(name, id, data, List.of());
		}

	}

	private final Socket socket = new Socket();

	private final BufferedReader reader;

	private final List<String> head = new ArrayList<>();

	private EventClient(int port, String path, @Nullable String lastEventId, int receiveBuffer) throws IOException {
		if (receiveBuffer > 0) {
			this.socket.setReceiveBufferSize(receiveBuffer);
		}
		this.socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
		this.socket.setSoTimeout((int) PATIENCE.toMillis());
		// Version 1.0, so that the body is not in chunks.
		String request = "GET " + path + " HTTP/1.0\r\nHost: localhost\r\n"
				+ ((lastEventId != null) ? "Last-Event-ID: " + lastEventId + "\r\n" : "") + "\r\n";
		this.socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
		this.reader = new BufferedReader(new InputStreamReader(this.socket.getInputStream(), StandardCharsets.UTF_8));
	}

	static EventClient open(int port, String path, @Nullable String lastEventId) {
		try {
			EventClient client = new EventClient(port, path, lastEventId, 0);
			client.readHead();
			return client;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Opens a stream, and reads nothing of it.
	 */
	static EventClient openSlow(int port, String path) {
		try {
			return new EventClient(port, path, null, 8 * 1024);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	EventClient readHead() {
		for (String line = line(); line != null && !line.isEmpty(); line = line()) {
			this.head.add(line);
		}
		return this;
	}

	/**
	 * The status line and the headers.
	 */
	List<String> head() {
		return this.head;
	}

	/**
	 * Returns the next event with data.
	 */
	Event next() {
		return Objects.requireNonNull(nextIfAny().orElse(null), "The stream has ended");
	}

	Optional<Event> nextIfAny() {
		Optional<Event> event = nextBlock();
		while (event.isPresent() && event.get().data() == null) {
			event = nextBlock();
		}
		return event;
	}

	List<Event> next(int count) {
		List<Event> events = new ArrayList<>();
		while (events.size() < count) {
			events.add(next());
		}
		return events;
	}

	/**
	 * Returns what is up to the next empty line, or nothing if the stream has ended.
	 */
	Optional<Event> nextBlock() {
		String name = null;
		String id = null;
		String data = null;
		List<String> others = new ArrayList<>();
		for (String line = line(); line != null; line = line()) {
			if (line.isEmpty()) {
				return Optional.of(new Event(name, id, data, others));
			}
			if (line.startsWith("event:")) {
				name = line.substring(6);
			}
			else if (line.startsWith("id:")) {
				id = line.substring(3);
			}
			else if (line.startsWith("data:")) {
				data = line.substring(5);
			}
			else {
				others.add(line);
			}
		}
		return Optional.empty();
	}

	private @Nullable String line() {
		try {
			return this.reader.readLine();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Goes without a farewell.
	 */
	void vanish() throws IOException {
		this.socket.setSoLinger(true, 0);
		this.socket.close();
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
