package io.github.appendonly.jpa.follow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * When each stack is to be looked at next. A stack that changes is looked at after the
 * shortest interval, and after twice the last one as long as it does not, up to the
 * longest.
 * <p>
 * Times are nanoseconds of a clock that begins at zero. Only one thread at a time may use
 * it.
 */
final class Schedule {

	/*
	 * Stacks with the same interval are looked at at the same times: the multiples of the
	 * interval. So idle stacks take one statement for each longest interval, however many
	 * they are and whenever each was last looked at. A stack that changes often takes
	 * statements of its own, with which the idle ones have nothing to do.
	 */

	private final long shortest;

	private final long longest;

	/**
	 * A stack.
	 */
	private static final class Look {

		private long interval;

		private @Nullable Long due;

		Look(long interval) {
			this.interval = interval;
		}

	}

	private final Map<String, Look> looks = new HashMap<>();

	private final NavigableMap<Long, Set<String>> due = new TreeMap<>();

	Schedule(Duration shortest, Duration longest) {
		this.shortest = shortest.toNanos();
		this.longest = longest.toNanos();
	}

	/**
	 * Adds a stack, to be looked at soon.
	 */
	void add(String stack, long now) {
		this.looks.put(stack, new Look(this.shortest));
		putBack(stack, now);
	}

	/**
	 * Removes a stack.
	 */
	void remove(String stack) {
		Look look = this.looks.remove(stack);
		if (look != null && look.due != null) {
			this.due.computeIfPresent(look.due, (time, stacks) -> {
				stacks.remove(stack);
				return stacks.isEmpty() ? null : stacks;
			});
		}
	}

	/**
	 * Returns when a stack is to be looked at next, if any is.
	 */
	OptionalLong next() {
		return this.due.isEmpty() ? OptionalLong.empty() : OptionalLong.of(this.due.firstKey());
	}

	/**
	 * Takes the stacks that are to be looked at. Each of them is to be put back by
	 * {@link #looked}.
	 */
	List<String> take(long now) {
		List<String> taken = new ArrayList<>();
		while (!this.due.isEmpty() && this.due.firstKey() <= now) {
			taken.addAll(this.due.pollFirstEntry().getValue());
		}
		taken.forEach((stack) -> look(stack).due = null);
		return taken;
	}

	/**
	 * Puts a stack back that was taken, unless it was removed since.
	 * @param active whether the stack had changed
	 */
	void looked(String stack, boolean active, long now) {
		Look look = this.looks.get(stack);
		if (look != null) {
			look.interval = active ? this.shortest : Math.min(this.longest, 2 * look.interval);
			putBack(stack, now);
		}
	}

	/**
	 * Puts a stack back that was taken and could not be looked at, unless it was removed
	 * since.
	 */
	void failed(String stack, long now) {
		Look look = this.looks.get(stack);
		if (look != null) {
			look.interval = this.longest;
			putBack(stack, now);
		}
	}

	/**
	 * Has all stacks looked at now, except those that are taken.
	 */
	void expedite(long now) {
		Set<String> all = new LinkedHashSet<>();
		this.due.values().forEach(all::addAll);
		this.due.clear();
		if (!all.isEmpty()) {
			this.due.put(now, all);
			all.forEach((stack) -> look(stack).due = now);
		}
	}

	private void putBack(String stack, long now) {
		Look look = look(stack);
		if (look.due == null) {
			long next = (now / look.interval + 1) * look.interval;
			look.due = next;
			this.due.computeIfAbsent(next, (time) -> new LinkedHashSet<>()).add(stack);
		}
	}

	private Look look(String stack) {
		return Objects.requireNonNull(this.looks.get(stack));
	}

}
