package io.github.appendonly.benchmarks.sse;

import java.util.Map;

import io.github.appendonly.benchmarks.database.Access;
import io.github.appendonly.benchmarks.measure.ChildJvm;

/**
 * A JVM with a server of events and a small heap.
 */
public final class EventServerProcess implements AutoCloseable {

	/** The maximum heap of the server. */
	public static final String HEAP = "128m";

	private final ChildJvm jvm;

	private final int port;

	private EventServerProcess(ChildJvm jvm) {
		this.jvm = jvm;
		this.port = Integer.parseInt(jvm.awaitAnswer());
	}

	/**
	 * Starts a server.
	 * @param access the database, which has its tables
	 * @return the server, once it can be asked
	 */
	public static EventServerProcess start(Access access) {
		return new EventServerProcess(ChildJvm.start(
				EventServer.class, EventServer.ANSWER, Map.of(EventServer.URL, access.url(), EventServer.USERNAME,
						access.username(), EventServer.PASSWORD, access.password()),
				"-Xmx" + HEAP, "-XX:+ExitOnOutOfMemoryError"));
	}

	/**
	 * The port on the loopback interface.
	 * @return the port
	 */
	public int port() {
		return this.port;
	}

	/**
	 * The heap that is in use after a garbage collection.
	 * @return bytes
	 */
	public long usedHeap() {
		this.jvm.tell("");
		return Long.parseLong(this.jvm.awaitAnswer());
	}

	@Override
	public void close() {
		this.jvm.close();
	}

}
