package io.github.appendonly.web;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.github.appendonly.CursorAheadException;
import io.github.appendonly.CursorExpiredException;
import io.github.appendonly.Entry;
import io.github.appendonly.Gone;
import io.github.appendonly.Position;
import io.github.appendonly.StartAt;
import io.github.appendonly.Subscription;
import io.github.appendonly.follow.PacedFollower;
import io.github.appendonly.follow.Tails;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The stream of one client.
 *
 * @param <T> the type of the items
 */
final class EventStream<T> implements PacedFollower<T>, WriteListener, AsyncListener {

	/*
	 * The non-blocking output of the Servlet API, and not an SseEmitter: that one blocks
	 * its thread while a client is slow, in a write that nobody can interrupt. Here the
	 * output tells after each write whether it takes more. If it does not, this follower
	 * wants no more entries until the container calls onWritePossible(). The container
	 * holds the rest of that one write. It ends the connection of a client that takes
	 * nothing for as long as its write timeout.
	 *
	 * The request is asynchronous for the container, not for Spring MVC. So interceptors
	 * end with the controller's method. Otherwise open-in-view would keep a session, and
	 * perhaps a connection to the database, for each client.
	 *
	 * The lock is this client's alone, and nothing waits under it. When the container has
	 * ended the request, it may use the response for another one. It says so before, and
	 * nothing is written after that.
	 */

	private static final Log logger = LogFactory.getLog(EventStream.class);

	private static final byte[] HEARTBEAT = EventFormat.text(":\n\n");

	/** The failure may come again, so the client should not do so too soon. */
	private static final byte[] COME_BACK_LATER = EventFormat.text("retry:30000\n\n");

	private static final byte[] NOTHING = {};

	/**
	 * Entries are sent together while more of them follow, but are not kept for longer
	 * than this if one follows.
	 */
	private static final long LONGEST_UNSENT_NANOS = 10_000_000;

	private final AsyncContext request;

	private final ServletOutputStream output;

	private final EventFormat format;

	private final EntryEvents<T> events;

	private final StreamFailures failures;

	private final Consumer<EventStream<T>> whenOver;

	private final ReentrantLock turn = new ReentrantLock();

	private volatile @Nullable Subscription subscription;

	private volatile boolean writable;

	/** Waits until the output is writable: one event, or the first lines. */
	private byte[] held = opening();

	private boolean unflushed;

	private long flushed = System.nanoTime();

	private boolean caughtUp;

	/** Set when nothing follows what was written. */
	private boolean last;

	/** Set when nothing may be written any more. */
	private boolean over;

	/**
	 * Creates a stream that has not begun.
	 * @param request the request, whose processing is asynchronous
	 * @param output the body of its response
	 * @param format makes the events
	 * @param events what the client gets
	 * @param failures is told why the stream ends, if something fails
	 * @param whenOver is called at least once when nothing is written any more
	 */
	EventStream(AsyncContext request, ServletOutputStream output, EventFormat format, EntryEvents<T> events,
			StreamFailures failures, Consumer<EventStream<T>> whenOver) {
		this.request = request;
		this.output = output;
		this.format = format;
		this.events = events;
		this.failures = failures;
		this.whenOver = whenOver;
	}

	/**
	 * Tells a browser how soon it comes back. Not all come at once after a restart.
	 */
	private static byte[] opening() {
		return EventFormat.text("retry:" + ThreadLocalRandom.current().nextInt(1000, 3000) + "\n\n");
	}

	/**
	 * Begins. The first entry is written when the container says that it can be.
	 */
	void begin(StartAt start) {
		try {
			this.request.addListener(this);
			this.output.setWriteListener(this);
		}
		catch (UnsupportedOperationException ex) {
			onWritePossible(); // Spring's mock, whose writes are always possible
		}
		catch (IllegalStateException ex) {
			logger.debug("The stream has ended before it has begun", ex);
			onComplete();
			return;
		}
		try {
			Subscription begun = this.events.entries().follow(start, this);
			this.subscription = begun;
			begun.ended().whenComplete(this::followed);
			step(() -> {
			});
			Tails.proceed(begun);
		}
		catch (RuntimeException ex) {
			fail("The entries of " + this.events.entries() + " cannot be followed", ex);
		}
	}

	private void followed(@Nullable Void nothing, @Nullable Throwable failure) {
		if (failure != null) {
			fail("The entries of " + this.events.entries() + " cannot be followed any more", failure);
		}
		else {
			end();
		}
	}

	@Override
	public boolean wantsMore() {
		return this.writable;
	}

	@Override
	public void onEntry(Entry<T> entry) {
		try {
			byte[] event = this.format.entry(entry, this.events.data());
			step(() -> {
				write(event);
				if (System.nanoTime() - this.flushed > LONGEST_UNSENT_NANOS) {
					flush();
				}
			});
		}
		catch (RuntimeException ex) {
			fail("The item at " + entry.position() + " of " + this.events.entries() + " cannot be written as JSON", ex);
		}
	}

	@Override
	public void onGone(Gone gone) {
		byte[] event = this.format.event("gone", gone.position().toString(), gone);
		step(() -> write(event));
	}

	@Override
	public void onCaughtUp(Position cursor) {
		step(() -> {
			if (!this.caughtUp) {
				this.caughtUp = true;
				write(this.format.event("caughtUp", cursor.toString(), Map.of("cursor", cursor.toString())));
			}
			flush();
		});
	}

	@Override
	public void onExpired(CursorExpiredException expired) {
		startOver("expired", expired.cursor(), expired);
	}

	@Override
	public void onAhead(CursorAheadException ahead) {
		startOver("ahead", ahead.cursor(), ahead);
	}

	private void startOver(String name, Position cursor, Exception problem) {
		Map<String, String> data = new TreeMap<>(
				Map.of("cursor", cursor.toString(), "message", String.valueOf(problem.getMessage())));
		step(() -> {
			write(this.format.event(name, StartAt.oldest().toString(), data));
			this.last = true;
		});
	}

	/**
	 * Shows that the connection is alive, or finds out that it is not.
	 */
	void heartbeat() {
		step(() -> {
			if (this.writable) {
				write(HEARTBEAT);
				flush();
			}
		});
	}

	private void fail(String what, Throwable cause) {
		this.failures.ended(what, cause);
		step(() -> {
			write(COME_BACK_LATER);
			this.last = true;
		});
	}

	/**
	 * Ends after what was written.
	 */
	void end() {
		step(() -> this.last = true);
	}

	/**
	 * Ends even if the client does not take what was written.
	 */
	void endNow() {
		end();
		if (stopWriting()) {
			stopFollowing();
			complete();
		}
	}

	@Override
	public void onWritePossible() {
		step(() -> {
			this.writable = this.output.isReady();
			if (this.writable && this.held.length > 0) {
				byte[] event = this.held;
				this.held = NOTHING;
				write(event);
			}
			flush();
		});
		Subscription follows = this.subscription;
		if (follows != null && this.writable) {
			Tails.proceed(follows);
		}
	}

	/*
	 * Something may be held although this follower does not want more: a heart-beat may
	 * have come between the question and the entry.
	 */
	private void write(byte[] event) throws IOException {
		if (!this.writable) {
			byte[] both = new byte[this.held.length + event.length];
			System.arraycopy(this.held, 0, both, 0, this.held.length);
			System.arraycopy(event, 0, both, this.held.length, event.length);
			this.held = both;
			return;
		}
		this.output.write(event);
		this.unflushed = true;
		this.writable = this.output.isReady();
	}

	private void flush() throws IOException {
		if (this.unflushed && this.writable) {
			this.output.flush();
			this.unflushed = false;
			this.flushed = System.nanoTime();
			this.writable = this.output.isReady();
		}
	}

	/**
	 * Takes a turn at the output. After the last one there is no other.
	 */
	private void step(Writing writing) {
		boolean ends = true;
		boolean complete = false;
		this.turn.lock();
		try {
			if (!this.over) {
				writing.run();
				if (this.last) {
					flush();
					complete = this.writable;
				}
				this.over = complete;
			}
			ends = this.last || this.over;
		}
		catch (IOException ex) {
			// The container calls onError.
			logger.debug("A client of server-sent events is gone", ex);
			this.over = true;
		}
		catch (RuntimeException ex) {
			logger.debug("The response of a client of server-sent events cannot be written", ex);
			complete = true;
			this.over = true;
		}
		finally {
			this.turn.unlock();
		}
		if (ends) {
			stopFollowing();
		}
		if (complete) {
			complete();
		}
	}

	private void stopFollowing() {
		Subscription follows = this.subscription;
		if (follows != null) {
			follows.close();
		}
		if (isOver()) {
			this.whenOver.accept(this);
		}
	}

	private boolean isOver() {
		this.turn.lock();
		try {
			return this.over;
		}
		finally {
			this.turn.unlock();
		}
	}

	/**
	 * Returns whether this was the one who stopped it.
	 */
	private boolean stopWriting() {
		this.turn.lock();
		try {
			boolean before = this.over;
			this.over = true;
			return !before;
		}
		finally {
			this.turn.unlock();
		}
	}

	private void complete() {
		try {
			this.request.complete();
		}
		catch (IllegalStateException ex) {
			logger.debug("The container has completed the request", ex);
		}
	}

	@Override
	public void onError(Throwable failure) {
		logger.debug("A client of server-sent events is gone", failure);
		onComplete();
		complete();
	}

	@Override
	public void onError(AsyncEvent event) {
		onError(event.getThrowable());
	}

	@Override
	public void onTimeout(AsyncEvent event) {
		endNow();
	}

	@Override
	public void onComplete(AsyncEvent event) {
		onComplete();
	}

	private void onComplete() {
		stopWriting();
		stopFollowing();
	}

	@Override
	public void onStartAsync(AsyncEvent event) {
	}

	/**
	 * Uses the output.
	 */
	@FunctionalInterface
	private interface Writing {

		void run() throws IOException;

	}

}
