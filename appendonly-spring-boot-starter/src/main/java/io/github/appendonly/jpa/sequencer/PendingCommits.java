package io.github.appendonly.jpa.sequencer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.github.appendonly.jpa.transaction.Tenants;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the transactions of this node that have committed and whose items wait to be
 * placed, to measure how long they wait. It remembers a limited number of them.
 */
final class PendingCommits {

	/** The maximum number of remembered transactions, for all stacks together. */
	private static final int MAX_COMMITS = 10_000;

	/**
	 * A transaction that has committed.
	 *
	 * @param at the time after the commit, in nanoseconds of {@link System#nanoTime()}
	 * @param origin the origin of its pushes, for listeners
	 */
	record Commit(long at, @Nullable Object origin) {
	}

	/**
	 * The transactions that wait when a batch begins. If the batch reads the inbox to its
	 * end, it places them.
	 *
	 * @param commits the transactions
	 * @param until the time up to which they were added
	 */
	record Waiting(List<Commit> commits, long until) {

		/**
		 * Returns the origins of the transactions, as far as they are known.
		 */
		List<Object> origins() {
			List<Object> origins = new ArrayList<>();
			for (Commit commit : this.commits) {
				if (commit.origin() != null) {
					origins.add(commit.origin());
				}
			}
			return origins;
		}

	}

	private final Tenants tenants;

	private final Map<Object, Queue<Commit>> commits = new ConcurrentHashMap<>();

	private final AtomicInteger count = new AtomicInteger();

	PendingCommits(Tenants tenants) {
		this.tenants = tenants;
	}

	/**
	 * Adds a transaction that has just committed.
	 */
	void add(String stack, @Nullable Object origin) {
		if (this.count.get() < MAX_COMMITS) {
			this.count.incrementAndGet(); // first: whoever sees none looks no further
			this.commits.compute(this.tenants.key(stack), (key, present) -> {
				Queue<Commit> all = (present != null) ? present : new ConcurrentLinkedQueue<>();
				all.add(new Commit(System.nanoTime(), origin));
				return all;
			});
		}
	}

	/**
	 * Returns the number of remembered transactions, of all stacks.
	 */
	int count() {
		return this.count.get();
	}

	/**
	 * Returns how long the oldest transaction has waited, if any waits.
	 */
	Optional<Duration> longestWait(String stack) {
		return waiting(stack).commits().stream().findFirst().map(PendingCommits::age);
	}

	/**
	 * Returns how long the oldest transaction of all stacks has waited, if any waits.
	 */
	Optional<Duration> longestWait() {
		return this.commits.values()
			.stream()
			.map(Queue::peek)
			.filter(Objects::nonNull)
			.map(PendingCommits::age)
			.max(Comparator.naturalOrder());
	}

	private static Duration age(Commit commit) {
		return Duration.ofNanos(System.nanoTime() - commit.at());
	}

	/**
	 * Returns the transactions that wait. None of them is added later, and none that is
	 * added later belongs to them: times are taken while no other transaction is added.
	 */
	Waiting waiting(String stack) {
		AtomicLong until = new AtomicLong(System.nanoTime());
		if (this.count.get() == 0) {
			return new Waiting(List.of(), until.get());
		}
		List<Commit> all = new ArrayList<>();
		this.commits.computeIfPresent(this.tenants.key(stack), (key, present) -> {
			all.addAll(present);
			until.set(System.nanoTime());
			return present;
		});
		return new Waiting(all, until.get());
	}

	/**
	 * Removes and returns the transactions that were added up to a time: that of a
	 * {@link Waiting}.
	 */
	List<Commit> takeUntil(String stack, long until) {
		List<Commit> taken = new ArrayList<>();
		this.commits.computeIfPresent(this.tenants.key(stack), (key, present) -> {
			for (Iterator<Commit> all = present.iterator(); all.hasNext();) {
				Commit commit = all.next();
				if (commit.at() - until <= 0) {
					taken.add(commit);
					all.remove();
				}
			}
			return present.isEmpty() ? null : present;
		});
		this.count.addAndGet(-taken.size());
		return taken;
	}

	/**
	 * Forgets a stack.
	 */
	void forget(String stack) {
		takeUntil(stack, System.nanoTime());
	}

}
