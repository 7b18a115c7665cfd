package io.github.appendonly.web;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.github.appendonly.StartAt;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.context.SmartLifecycle;
import tools.jackson.databind.json.JsonMapper;

/**
 * The streams of all clients. They end when the application stops, before the web server
 * waits for its requests.
 */
public final class EventStreams implements SmartLifecycle {

	/**
	 * Stops before the graceful shutdown of the web server, whose phase is 1024 below.
	 */
	private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 512;

	private final EventFormat format;

	private final StreamFailures failures = new StreamFailures(System::nanoTime);

	private final Duration heartbeat;

	/** One thread for all heart-beats, as long as there are streams. */
	private final ScheduledThreadPoolExecutor beats = new ScheduledThreadPoolExecutor(1, EventStreams::thread);

	private final Map<EventStream<?>, Future<?>> open = new ConcurrentHashMap<>();

	private volatile boolean running;

	private volatile boolean stopped;

	/**
	 * Creates the place of all streams.
	 * @param mapper writes data as JSON
	 * @param heartbeat the time between two comments of a stream
	 */
	public EventStreams(JsonMapper mapper, Duration heartbeat) {
		this.format = new EventFormat(mapper);
		this.heartbeat = heartbeat;
		this.beats.setRemoveOnCancelPolicy(true);
		this.beats.setKeepAliveTime(1, TimeUnit.SECONDS);
		this.beats.allowCoreThreadTimeOut(true);
	}

	private static Thread thread(Runnable task) {
		Thread thread = new Thread(task, "appendonly-events");
		thread.setDaemon(true);
		// It comes from a request, and must not hold on to the class loader of a server.
		thread.setContextClassLoader(EventStreams.class.getClassLoader());
		return thread;
	}

	/**
	 * Opens a stream. If the application is stopping, the stream ends at once, so that a
	 * browser comes back.
	 */
	<T> void open(EntryEvents<T> events, StartAt start, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		ServletOutputStream output = response.getOutputStream();
		AsyncContext async = request.startAsync();
		async.setTimeout(0);
		EventStream<T> stream = new EventStream<>(async, output, this.format, events, this.failures, this::over);
		long nanos = this.heartbeat.toNanos();
		this.open.put(stream, this.beats.scheduleWithFixedDelay(stream::heartbeat, nanos, nanos, TimeUnit.NANOSECONDS));
		if (this.stopped) {
			stream.endNow();
		}
		else {
			stream.begin(start);
		}
	}

	private void over(EventStream<?> stream) {
		Future<?> beat = this.open.remove(stream);
		if (beat != null) {
			beat.cancel(false);
		}
	}

	/**
	 * Returns the number of open streams.
	 */
	int size() {
		return this.open.size();
	}

	@Override
	public void start() {
		this.stopped = false;
		this.running = true;
	}

	@Override
	public void stop() {
		this.stopped = true;
		this.running = false;
		this.open.keySet().forEach(EventStream::endNow);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
