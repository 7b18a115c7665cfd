package io.github.appendonly.jpa.follow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

import io.github.appendonly.jpa.sequencer.StackWatch;
import io.github.appendonly.jpa.table.StackVersions;
import io.github.appendonly.jpa.transaction.DelayingExecutor;
import io.github.appendonly.jpa.transaction.Tenants;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Watches the stacks that are followed on this node, and wakes who follows them. While
 * nothing is watched, it takes no thread and no statement.
 * <p>
 * All methods may be called by many threads at once.
 */
public final class Watcher implements StackWatch {

	/*
	 * The truth is in the database: a stack's row has a new version after each change. So
	 * each look is complete by itself, whatever was missed before: an outage, a restored
	 * backup, a dropped stack that is there again. What this node has placed, and what
	 * another node notifies of, only wakes sooner.
	 */

	private static final Log logger = LogFactory.getLog(Watcher.class);

	/**
	 * How often to look.
	 *
	 * @param shortest the time between two looks at a stack that changes
	 * @param longest the time between two looks at a stack that does not, and between two
	 * attempts when the database cannot be reached
	 */
	record Intervals(Duration shortest, Duration longest) {
	}

	private final Function<Collection<String>, Map<String, StackVersions.Seen>> versions;

	private final Tenants tenants;

	private final DelayingExecutor executor;

	private final Consumer<String> placing;

	private final Intervals intervals;

	private final Consumer<Boolean> watching;

	private final LongSupplier nanoTime;

	private final long origin;

	/** The stacks that are watched, by tenant. Only replaced under the lock. */
	private volatile Map<Object, Watch> watches = Map.of();

	/**
	 * Creates a watcher.
	 * @param versions looks at stacks, as {@link StackVersions#of} does
	 * @param tenants the tenants, of which each has looks of its own
	 * @param executor runs the looks, one at a time for a tenant; a look takes one
	 * connection
	 * @param placing places the inbox of a stack; it does not wait for that
	 * @param intervals how often to look
	 * @param watching is told true when a stack is watched that was not, and false when
	 * none is watched any more; it must not wait
	 * @param nanoTime the clock
	 */
	Watcher(Function<Collection<String>, Map<String, StackVersions.Seen>> versions, Tenants tenants,
			DelayingExecutor executor, Consumer<String> placing, Intervals intervals, Consumer<Boolean> watching,
			LongSupplier nanoTime) {
		this.versions = versions;
		this.tenants = tenants;
		this.executor = executor;
		this.placing = placing;
		this.intervals = intervals;
		this.watching = watching;
		this.nanoTime = nanoTime;
		this.origin = nanoTime.getAsLong();
	}

	/**
	 * A stack that is being watched.
	 */
	@FunctionalInterface
	public interface Registration extends AutoCloseable {

		/**
		 * Ends watching the stack. The action may be running, or be called once more by a
		 * thread that was about to.
		 */
		@Override
		void close();

	}

	/**
	 * Watches a stack of the tenant that the calling thread works for. From the return of
	 * this method on, the action is called whenever the stack may have something new:
	 * after each placing of this node, and after a change by another node. It may also be
	 * called without a change, as it is soon if nobody else watches the stack, and once
	 * for many changes. It is called when the stack is dropped, and when it has gone back
	 * to an earlier state. Read after this method has returned to miss nothing.
	 * @param stack the name of the stack
	 * @param action what to do; it runs on a thread that others need, also on one that
	 * has just pushed, so it must not wait, and failures are only logged
	 * @return the registration, to be closed
	 */
	public synchronized Registration watch(String stack, Runnable action) {
		Object tenant = tenant();
		Watch present = this.watches.get(tenant);
		Watch watch = (present != null) ? present : new Watch();
		if (present == null) {
			replace(tenant, watch);
		}
		try {
			watch.add(stack, action);
		}
		catch (Throwable ex) { // also if there is no memory for a thread
			remove(tenant, watch, stack, action);
			throw ex;
		}
		AtomicBoolean open = new AtomicBoolean(true);
		return () -> {
			if (open.getAndSet(false)) {
				remove(tenant, watch, stack, action);
			}
		};
	}

	private synchronized void remove(Object tenant, Watch watch, String stack, Runnable action) {
		if (!watch.remove(stack, action)) {
			replace(tenant, null);
			if (this.watches.isEmpty()) {
				this.watching.accept(false);
			}
		}
	}

	private void replace(Object tenant, @Nullable Watch watch) {
		Map<Object, Watch> all = new HashMap<>(this.watches);
		if (watch != null) {
			all.put(tenant, watch);
		}
		else {
			all.remove(tenant);
		}
		this.watches = all;
	}

	private Object tenant() {
		return this.tenants.key("");
	}

	@Override
	public void changed(String stack, @Nullable Long version) {
		Map<Object, Watch> all = this.watches;
		if (!all.isEmpty()) {
			Watch watch = all.get(tenant());
			if (watch != null) {
				watch.changed(stack, version);
			}
		}
	}

	/**
	 * Looks again, after the executor has refused tasks.
	 */
	void resume() {
		this.watches.values().forEach(Watch::resume);
	}

	/**
	 * Wakes who watches stacks that may have changed, according to another node. Any
	 * tenant may be meant.
	 */
	void hint(Iterable<String> stacks) {
		this.watches.values().forEach((watch) -> stacks.forEach(watch::hint));
	}

	/**
	 * Looks at all watched stacks as soon as possible, because hints may have been lost.
	 */
	void expedite() {
		this.watches.values().forEach(Watch::expedite);
	}

	/**
	 * Returns the time since this watcher was created, in nanoseconds.
	 */
	private long now() {
		return this.nanoTime.getAsLong() - this.origin;
	}

	/**
	 * The stacks of one tenant that are watched. Its lock is held for moments only, never
	 * while actions or statements run.
	 */
	private final class Watch {

		private final Executor asTenant = Watcher.this.tenants.ofCaller();

		private final Map<String, Watched> stacks = new ConcurrentHashMap<>();

		private final Schedule schedule = new Schedule(Watcher.this.intervals.shortest(),
				Watcher.this.intervals.longest());

		/** The time of the look that the executor was given last. */
		private @Nullable Long scheduled;

		private boolean looking;

		private boolean failing;

		synchronized void add(String stack, Runnable action) {
			Watched watched = this.stacks.get(stack);
			if (watched == null) {
				watched = new Watched(stack);
				this.stacks.put(stack, watched);
				this.schedule.add(stack, now());
				Watcher.this.watching.accept(true);
			}
			watched.add(action);
			scheduleLook();
		}

		/**
		 * Removes an action.
		 * @return whether anything is still watched
		 */
		synchronized boolean remove(String stack, Runnable action) {
			Watched watched = this.stacks.get(stack);
			if (watched != null && !watched.remove(action)) {
				this.stacks.remove(stack);
				this.schedule.remove(stack);
			}
			return !this.stacks.isEmpty();
		}

		void changed(String stack, @Nullable Long version) {
			Watched watched = this.stacks.get(stack);
			if (watched != null) {
				watched.changed(version);
				watched.wake();
			}
		}

		void hint(String stack) {
			Watched watched = this.stacks.get(stack);
			if (watched != null) {
				watched.wake();
			}
		}

		synchronized void resume() {
			this.scheduled = null;
			scheduleLook();
		}

		synchronized void expedite() {
			this.schedule.expedite(now());
			scheduleLook();
		}

		/**
		 * Has the executor look when the next stack is due, unless it is about to look
		 * before that.
		 */
		private void scheduleLook() {
			OptionalLong next = this.schedule.next();
			if (this.looking || next.isEmpty() || (this.scheduled != null && this.scheduled <= next.getAsLong())) {
				return;
			}
			long time = next.getAsLong();
			this.scheduled = time;
			try {
				Watcher.this.executor.execute(() -> this.asTenant.execute(() -> look(time)),
						Duration.ofNanos(Math.max(0, time - now())));
			}
			catch (RejectedExecutionException ex) {
				this.scheduled = null; // the application is stopping
			}
			catch (Throwable ex) { // no memory for a thread
				this.scheduled = null;
				throw ex;
			}
		}

		private void look(long time) {
			List<Watched> due = begin(time);
			if (due.isEmpty()) {
				return;
			}
			Map<Watched, Watched.Finding> findings = new LinkedHashMap<>();
			try {
				Map<String, StackVersions.Seen> seen = Watcher.this.versions
					.apply(due.stream().map(Watched::stack).toList());
				due.forEach((watched) -> findings.put(watched,
						watched.found(seen.getOrDefault(watched.stack(), StackVersions.Seen.NOTHING), now())));
				recovered();
			}
			catch (RuntimeException | LinkageError ex) {
				failed(ex);
			}
			finally {
				end(due, findings);
			}
			findings.forEach(this::act);
		}

		/**
		 * Takes the stacks that are due, unless another look was given to the executor.
		 */
		private synchronized List<Watched> begin(long time) {
			if (this.looking || this.scheduled == null || this.scheduled != time) {
				return List.of();
			}
			this.scheduled = null;
			List<Watched> due = new ArrayList<>();
			for (String stack : this.schedule.take(Math.max(time, now()))) {
				Watched watched = Objects.requireNonNull(this.stacks.get(stack));
				watched.look();
				due.add(watched);
			}
			this.looking = !due.isEmpty();
			scheduleLook();
			return due;
		}

		private synchronized void end(List<Watched> due, Map<Watched, Watched.Finding> findings) {
			for (Watched watched : due) {
				Watched.Finding finding = findings.get(watched);
				if (this.stacks.get(watched.stack()) != watched) {
					continue;
				}
				if (finding != null) {
					this.schedule.looked(watched.stack(), finding.changed() || finding.waits(), now());
				}
				else {
					this.schedule.failed(watched.stack(), now());
				}
			}
			this.looking = false;
			scheduleLook();
		}

		private void act(Watched watched, Watched.Finding finding) {
			if (finding.changed()) {
				watched.wake();
			}
			if (finding.leftOver()) {
				Watcher.this.placing.accept(watched.stack());
			}
		}

		private void failed(Throwable failure) {
			if (!this.failing) {
				logger.warn("Cannot look for changes of followed stacks; the next attempt is in "
						+ Watcher.this.intervals.longest() + ", and further failures are not logged: " + failure);
			}
			logger.debug("Cannot look for changes of followed stacks", failure);
			this.failing = true;
		}

		private void recovered() {
			if (this.failing) {
				logger.info("Looking for changes of followed stacks works again");
			}
			this.failing = false;
		}

	}

}
