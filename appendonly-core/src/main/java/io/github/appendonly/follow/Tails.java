package io.github.appendonly.follow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

import io.github.appendonly.Entry;
import io.github.appendonly.Followable;
import io.github.appendonly.Follower;
import io.github.appendonly.StartAt;
import io.github.appendonly.Subscription;

/**
 * The followers of many structures. Each structure has a key, and whoever changes it, or
 * finds it changed, {@linkplain #wake(Object) wakes} the key.
 * <p>
 * Each follower gets each entry after its start once, in order, one call at a time.
 * Followers at the same place of equal sources cause one read together. Nothing is queued
 * for a follower that is slow: it holds one step at most, and its next read begins where
 * it stands.
 *
 * @param <K> the type of the keys, which have {@code equals} and {@code hashCode}
 */
public final class Tails<K> implements AutoCloseable {

	/** How many entries a read brings at most. Each follower holds at most one step. */
	static final int STEP = 100;

	private final Outages outages;

	private final TailThreads threads;

	private final Interest<? super K> interest;

	private final Map<K, Followed> followed = new ConcurrentHashMap<>();

	/** Held while followers come and go. It is taken before the lock of a key. */
	private final ReentrantLock registration = new ReentrantLock();

	private boolean stopped;

	/**
	 * Creates an engine without followers.
	 * @param threads does the work
	 * @param retried whether a read that failed is tried again, after a while; other
	 * failures end the followers that the read was for
	 * @param interest is told which keys have followers
	 */
	public Tails(TailThreads threads, Predicate<? super Throwable> retried, Interest<? super K> interest) {
		this.threads = Objects.requireNonNull(threads, "threads");
		this.outages = new Outages(retried);
		this.interest = Objects.requireNonNull(interest, "interest");
	}

	/**
	 * Returns what followers of a structure use.
	 * @param <T> the type of the items
	 * @param key the key that wakes the followers
	 * @param source what they read
	 * @return the structure
	 */
	public <T> Followable<T> followable(K key, TailSource<T> source) {
		return new Followable<>() {

			@Override
			public Subscription follow(StartAt start, Follower<? super T> follower) {
				Tail<T> tail = register(key, source, start, new FollowerTarget<>(follower));
				tail.begin();
				return tail;
			}

			@Override
			public Flow.Publisher<Entry<T>> publisher(StartAt start) {
				Objects.requireNonNull(start, "start");
				return (subscriber) -> subscribe(key, source, start, subscriber);
			}

		};
	}

	/**
	 * Goes on with a subscription whose follower wants more again.
	 * @param subscription the subscription of a {@link PacedFollower}; one that was made
	 * elsewhere is not changed
	 */
	public static void proceed(Subscription subscription) {
		if (subscription instanceof Tail<?> tail) {
			tail.proceed();
		}
	}

	private <T> void subscribe(K key, TailSource<T> source, StartAt start,
			Flow.Subscriber<? super Entry<T>> subscriber) {
		SubscriberTarget<T> target = new SubscriberTarget<>(subscriber);
		Tail<T> tail;
		try {
			tail = register(key, source, start, target);
		}
		catch (RuntimeException ex) {
			target.refuse(ex);
			return;
		}
		target.begin(tail);
	}

	private <T> Tail<T> register(K key, TailSource<T> source, StartAt start, Target<T> target) {
		StartAt from = start.equals(StartAt.newest()) ? StartAt.after(source.newest()) : start;
		this.registration.lock();
		try {
			if (this.stopped) {
				throw new IllegalStateException(
						"The " + source.structure() + " cannot be followed any more: the application is stopping");
			}
			Followed keyed = this.followed.get(key);
			if (keyed == null) {
				keyed = new Followed(this.threads, this.outages);
				this.followed.put(key, keyed);
				gained(key);
			}
			return keyed.add(source, from, target, (tail) -> unregister(key, tail));
		}
		finally {
			this.registration.unlock();
		}
	}

	private void gained(K key) {
		try {
			this.interest.gained(key);
		}
		catch (Throwable ex) { // also if there is no memory for a thread
			this.followed.remove(key);
			throw ex;
		}
	}

	private void unregister(K key, Tail<?> tail) {
		this.registration.lock();
		try {
			Followed keyed = this.followed.get(key);
			if (keyed != null && keyed.remove(tail)) {
				this.followed.remove(key);
				this.interest.lost(key);
			}
		}
		finally {
			this.registration.unlock();
		}
	}

	/**
	 * Tells that a structure may have something new. The followers that wait read, as
	 * soon as there are threads. This takes neither the caller's time nor its thread, and
	 * may be called for any key, at any time, and too often.
	 * @param key the key
	 */
	public void wake(K key) {
		Followed keyed = this.followed.get(key);
		if (keyed != null) {
			keyed.wake();
		}
	}

	/**
	 * Ends all subscriptions, and refuses new ones. No call of a follower begins
	 * afterwards. Calls that have begun go on, and are not waited for.
	 * @return completes when no call is under way any more
	 */
	public CompletableFuture<Void> stop() {
		List<Tail<?>> ending = new ArrayList<>();
		this.registration.lock();
		try {
			this.stopped = true;
			this.followed.values().forEach((keyed) -> keyed.addTo(ending));
		}
		finally {
			this.registration.unlock();
		}
		ending.forEach((tail) -> tail.end(Ending.STOPPED));
		return CompletableFuture.allOf(ending.stream().map(Tail::completion).toArray(CompletableFuture<?>[]::new));
	}

	/**
	 * Accepts followers again, after a {@link #stop()}.
	 */
	public void start() {
		this.registration.lock();
		try {
			this.stopped = false;
		}
		finally {
			this.registration.unlock();
		}
	}

	/**
	 * Ends all subscriptions, as {@link #stop()} does.
	 */
	@Override
	@SuppressWarnings("FutureReturnValueIgnored") // calls under way are not waited for
	public void close() {
		stop();
	}

}
