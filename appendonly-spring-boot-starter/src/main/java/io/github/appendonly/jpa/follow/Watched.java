package io.github.appendonly.jpa.follow;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.appendonly.jpa.table.StackVersions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A stack that is watched: who watches it, and what was last known of it.
 */
final class Watched {

	/*
	 * Who watches must be woken after every change that it may not have read. So the
	 * first look wakes in any case: the stack may have changed since the first read.
	 *
	 * A look that this node's own placing overlaps says nothing: the version may be from
	 * before or after it. It need not, because what has been placed wakes by itself, and
	 * a change of another node is found by the next look.
	 */

	private static final Log logger = LogFactory.getLog(Watched.class);

	/**
	 * How long a row may wait in an inbox before this node places it. Its own node does
	 * so within milliseconds, unless it has ended.
	 */
	private static final long PATIENCE = Duration.ofMillis(100).toNanos();

	/**
	 * What a look has found.
	 *
	 * @param changed whether the stack may have changed without this node
	 * @param waits whether a row has begun to wait in the inbox
	 * @param leftOver whether a row has waited in the inbox for long
	 */
	record Finding(boolean changed, boolean waits, boolean leftOver) {
	}

	private final String stack;

	private final List<Runnable> actions = new CopyOnWriteArrayList<>();

	private @Nullable Long version;

	private boolean known;

	private long ownChanges;

	private long ownChangesBefore;

	private @Nullable Long waiting;

	private long waitingSince;

	Watched(String stack) {
		this.stack = stack;
	}

	String stack() {
		return this.stack;
	}

	void add(Runnable action) {
		this.actions.add(action);
	}

	/**
	 * Removes an action.
	 * @return whether there are others
	 */
	boolean remove(Runnable action) {
		this.actions.remove(action);
		return !this.actions.isEmpty();
	}

	/**
	 * Calls all actions.
	 */
	void wake() {
		for (Runnable action : this.actions) {
			try {
				action.run();
			}
			catch (RuntimeException | LinkageError ex) {
				logger.warn("A watch of stack '" + this.stack + "' has failed", ex);
			}
		}
	}

	/**
	 * Records a change by this node.
	 */
	synchronized void changed(@Nullable Long version) {
		this.version = version;
		this.ownChanges++;
	}

	/**
	 * Begins a look. Only one look at a time is in progress.
	 */
	synchronized void look() {
		this.ownChangesBefore = this.ownChanges;
	}

	/**
	 * Ends a look.
	 */
	synchronized Finding found(StackVersions.Seen seen, long now) {
		boolean own = this.ownChanges != this.ownChangesBefore;
		boolean changed = !own && !(this.known && Objects.equals(seen.version(), this.version));
		if (!own) {
			this.version = seen.version();
		}
		this.known = true;
		boolean waits = seen.waiting() != null && !seen.waiting().equals(this.waiting);
		if (waits) {
			this.waitingSince = now;
		}
		this.waiting = seen.waiting();
		return new Finding(changed, waits, this.waiting != null && !waits && now - this.waitingSince >= PATIENCE);
	}

}
