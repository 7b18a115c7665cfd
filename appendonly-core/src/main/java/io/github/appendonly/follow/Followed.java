package io.github.appendonly.follow;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.github.appendonly.StartAt;

/**
 * One key and its followers.
 */
final class Followed {

	/*
	 * No wake is lost. A wake first counts itself, then looks whether a place is idle. A
	 * place first counts as idle, then looks whether the wakes are still those before the
	 * read that has found nothing. Whichever is second sees the other: both counters are
	 * volatile. So a wake takes the lock only if somebody waits for it, and whoever
	 * changes a structure does not wait for those who read.
	 */

	final TailThreads threads;

	final Outages outages;

	final ReentrantLock lock = new ReentrantLock();

	final AtomicLong wakes = new AtomicLong();

	final AtomicInteger idlePlaces = new AtomicInteger();

	/** Guarded by the lock. */
	private final Map<TailSource<?>, SharedReads<?>> reads = new HashMap<>();

	Followed(TailThreads threads, Outages outages) {
		this.threads = threads;
		this.outages = outages;
	}

	<T> Tail<T> add(TailSource<T> source, StartAt start, Target<T> target, Consumer<Tail<?>> left) {
		this.lock.lock();
		try {
			@SuppressWarnings("unchecked") // equal sources have the same items
			SharedReads<T> shared = (SharedReads<T>) this.reads.computeIfAbsent(source,
					(key) -> new SharedReads<>(this, source));
			Tail<T> tail = new Tail<>(shared, start, target, left);
			shared.add(tail);
			return tail;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Forgets a tail.
	 * @return whether it was the last one of this key
	 */
	boolean remove(Tail<?> tail) {
		this.lock.lock();
		try {
			if (tail.reads().forget(tail)) {
				this.reads.values().remove(tail.reads());
			}
			return this.reads.isEmpty();
		}
		finally {
			this.lock.unlock();
		}
	}

	void addTo(List<Tail<?>> tails) {
		this.lock.lock();
		try {
			this.reads.values().forEach((shared) -> shared.addTo(tails));
		}
		finally {
			this.lock.unlock();
		}
	}

	void wake() {
		this.wakes.incrementAndGet();
		if (this.idlePlaces.get() == 0) {
			return;
		}
		Work work = new Work();
		this.lock.lock();
		try {
			this.reads.values().forEach((shared) -> shared.wake(work));
		}
		finally {
			this.lock.unlock();
		}
		work.begin();
	}

}
