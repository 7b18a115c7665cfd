package io.github.appendonly.jpa.follow;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.github.appendonly.jpa.table.NotifyChannel;
import io.github.appendonly.jpa.transaction.DelayingExecutor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Tells other nodes which stacks this node has changed, and listens to what they tell.
 * All of that is a hint: whatever is lost is found by looking.
 * <p>
 * All methods may be called by many threads at once.
 */
final class Notifications {

	/*
	 * A notification makes the transaction that sends it take a lock of the whole server
	 * when it commits, and all others that send wait for it. So no transaction that
	 * places items, and none of a caller, ever sends one. A node gathers the names, and
	 * sends them by a statement of its own, at most 50 times a second.
	 *
	 * What is sent while no line is open is gone. So the line is opened first, then all
	 * stacks are looked at, then this node waits. A line may be dead without a word. So
	 * this node sends itself a sign of life when it has heard nothing for a while, and
	 * opens another line if it does not hear that. A line that has never carried anything
	 * goes through a pool of connections in transaction mode, like that of PgBouncer.
	 *
	 * The thread and the line end when nothing is followed any more, but not at once: one
	 * who follows may come back soon, as a reloaded page does. The thread looks after
	 * each wait for payloads.
	 */

	private static final Log logger = LogFactory.getLog(Notifications.class);

	/** At most 50 statements a second. */
	private static final Duration GAP = Duration.ofMillis(20);

	/**
	 * How long to wait.
	 *
	 * @param silence for anything, before a sign of life is sent
	 * @param answer for that sign of life, before the line counts as dead
	 * @param pause before a line is opened after a failure
	 * @param longPause before a line is opened after one that has never carried anything
	 */
	record Waits(Duration silence, Duration answer, Duration pause, Duration longPause) {

		static final Waits DEFAULT = new Waits(Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(1),
				Duration.ofMinutes(10));

	}

	private final String self = UUID.randomUUID().toString();

	private final Line.Exchange exchange;

	private final Consumer<List<String>> sending;

	private final Watcher watcher;

	private final DelayingExecutor executor;

	private final Waits waits;

	private final Set<String> changed = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean sendingSoon = new AtomicBoolean();

	private final AtomicLong lastSent = new AtomicLong(System.nanoTime() - GAP.toNanos());

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition stopped = this.lock.newCondition();

	private @Nullable Thread listener;

	private @Nullable Line line;

	private boolean wanted;

	/** When to open a line again after one that has never carried anything. */
	private volatile long quietUntil = System.nanoTime();

	private boolean stopping;

	private @Nullable String warned;

	/**
	 * Creates notifications that are neither sent nor listened to yet.
	 * @param exchange opens lines
	 * @param sending sends payloads, as {@link NotifyChannel#send} does
	 * @param watcher is told what other nodes tell
	 * @param executor sends; a task takes one connection, and may take long if the
	 * network hangs
	 * @param waits how long to wait
	 */
	Notifications(Line.Exchange exchange, Consumer<List<String>> sending, Watcher watcher, DelayingExecutor executor,
			Waits waits) {
		this.exchange = exchange;
		this.sending = sending;
		this.watcher = watcher;
		this.executor = executor;
		this.waits = waits;
	}

	/**
	 * Tells other nodes soon that a stack has changed. This neither waits nor fails.
	 */
	void changed(String stack) {
		this.changed.add(stack);
		if (this.sendingSoon.compareAndSet(false, true)) {
			long rest = this.lastSent.get() + GAP.toNanos() - System.nanoTime();
			try {
				this.executor.execute(this::send, Duration.ofNanos(Math.max(0, rest)));
			}
			catch (RejectedExecutionException ex) {
				this.sendingSoon.set(false); // the application is stopping
			}
			catch (Throwable ex) { // no memory for a thread
				this.sendingSoon.set(false);
				logger.debug("Other nodes are not notified; they find the changes by looking", ex);
			}
		}
	}

	private void send() {
		this.lastSent.set(System.nanoTime());
		this.sendingSoon.set(false);
		List<String> stacks = List.copyOf(this.changed);
		stacks.forEach(this.changed::remove);
		if (!stacks.isEmpty()) {
			trySend(Notice.payloads(this.self, stacks, NotifyChannel.MAX_PAYLOAD));
		}
	}

	private boolean trySend(List<String> payloads) {
		try {
			this.sending.accept(payloads);
			return true;
		}
		catch (RuntimeException | LinkageError ex) {
			logger.debug("Other nodes could not be notified; they find the changes by looking", ex);
			return false;
		}
	}

	/**
	 * Listens from now on, unless it already does.
	 */
	void listen() {
		this.lock.lock();
		try {
			this.wanted = true;
			if (this.listener == null && !this.stopping) {
				// It has nothing to do with the one who follows first.
				Thread thread = new Thread(null, this::listenUntilStopped, "appendonly-notify", 0, false);
				thread.setContextClassLoader(Notifications.class.getClassLoader());
				thread.setDaemon(true);
				this.listener = thread;
				start(thread);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void start(Thread thread) {
		try {
			thread.start();
		}
		catch (Throwable ex) { // no memory for a thread
			this.listener = null;
			logger.warn("Cannot listen to other nodes. Followers find what is new by looking: " + ex);
		}
	}

	/**
	 * Ends listening before long, unless {@link #listen()} is called before. This does
	 * not wait.
	 */
	void listenNoLonger() {
		this.lock.lock();
		try {
			this.wanted = false;
			this.stopped.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Allows listening again after a stop.
	 */
	void start() {
		this.lock.lock();
		try {
			this.stopping = false;
			this.sendingSoon.set(false); // a stop forgets what was to be sent
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Stops listening, and waits until the line is closed.
	 */
	void stop() {
		Thread thread;
		this.lock.lock();
		try {
			this.stopping = true;
			thread = this.listener;
			this.listener = null;
			this.stopped.signalAll();
			close(this.line);
		}
		finally {
			this.lock.unlock();
		}
		if (thread != null) {
			join(thread);
		}
	}

	private static void join(Thread thread) {
		try {
			thread.join(Waits.DEFAULT.answer().toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void close(@Nullable Line line) {
		try {
			if (line != null) {
				line.close();
			}
		}
		catch (SQLException ex) {
			logger.debug("The connection for notifications could not be closed", ex);
		}
	}

	private void listenUntilStopped() {
		Duration pause = Duration.ofNanos(Math.max(0, this.quietUntil - System.nanoTime()));
		while (pause(pause)) {
			try {
				Line opened = open();
				try {
					boolean heard = listen(opened);
					pause = heard ? this.waits.pause() : this.waits.longPause();
					this.quietUntil = System.nanoTime() + (heard ? 0 : pause.toNanos());
				}
				finally {
					close(opened);
				}
			}
			catch (SQLException | RuntimeException | LinkageError ex) {
				pause = this.waits.pause();
				warn("The connection on which other nodes notify this one is lost, or cannot be made."
						+ " Followers find what is new by looking", ex);
			}
		}
	}

	/**
	 * Waits.
	 * @return whether to go on
	 */
	private boolean pause(Duration duration) {
		this.lock.lock();
		try {
			long rest = duration.toNanos();
			while (isListener() && this.wanted && rest > 0) {
				rest = this.stopped.awaitNanos(rest);
			}
			if (isListener() && !this.wanted) {
				this.listener = null;
			}
			return isListener();
		}
		catch (InterruptedException ex) {
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean isListener() {
		return this.listener == Thread.currentThread();
	}

	private Line open() throws SQLException {
		Line opened = this.exchange.open();
		this.lock.lock();
		try {
			this.line = opened;
			if (!isListener()) {
				close(opened);
			}
		}
		finally {
			this.lock.unlock();
		}
		return opened;
	}

	/**
	 * Listens as long as the line carries notices.
	 * @return whether it ever has
	 */
	private boolean listen(Line opened) throws SQLException {
		this.watcher.expedite();
		boolean heard = false;
		boolean asked = trySend(signOfLife());
		while (pause(Duration.ZERO)) {
			List<String> payloads = opened.receive(asked ? this.waits.answer() : this.waits.silence());
			if (!payloads.isEmpty()) {
				heard = true;
				asked = false;
				recovered();
				payloads.forEach(this::received);
			}
			else if (!asked) {
				asked = trySend(signOfLife());
			}
			else {
				dead(heard);
				if (!heard) {
					opened.leave();
				}
				return heard;
			}
		}
		return true;
	}

	private List<String> signOfLife() {
		return List.of(Notice.signOfLife(this.self));
	}

	private void received(String payload) {
		Notice notice = Notice.parse(payload);
		if (notice.sender().equals(this.self)) {
			return;
		}
		this.watcher.hint(notice.stacks());
		if (notice.all()) {
			this.watcher.expedite();
		}
	}

	private void dead(boolean heard) {
		if (heard) {
			logger.debug("The connection for notifications is silent, and is made anew");
		}
		else {
			warn("Notifications do not arrive, not even this node's own, although appendonly.follow.notify=true."
					+ " Probably the connection goes through a pool in transaction mode, like PgBouncer's."
					+ " Followers find what is new by looking", null);
		}
	}

	/**
	 * Logs a failure once, until something arrives again.
	 */
	private void warn(String message, @Nullable Throwable failure) {
		this.lock.lock();
		try {
			if (isListener() && !message.equals(this.warned)) {
				logger.warn((failure != null) ? message + ": " + failure : message);
				this.warned = message;
			}
		}
		finally {
			this.lock.unlock();
		}
		logger.debug(message, failure);
	}

	private void recovered() {
		this.lock.lock();
		try {
			if (this.warned != null) {
				logger.info("Notifications of other nodes arrive again");
				this.warned = null;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

}
