package io.github.appendonly.follow;

import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

import io.github.appendonly.Entry;
import io.github.appendonly.Follower;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber of a publisher, which takes what it has asked for. The rules are those of
 * {@link Flow} and of Reactive Streams.
 *
 * @param <T> the type of the items
 */
final class SubscriberTarget<T> implements Target<T>, Follower<T> {

	private final AtomicLong demand = new AtomicLong();

	/** Null at the end, since a subscription outlives its subscriber (rule 3.13). */
	private volatile Flow.@Nullable Subscriber<? super Entry<T>> subscriber;

	SubscriberTarget(Flow.Subscriber<? super Entry<T>> subscriber) {
		this.subscriber = Objects.requireNonNull(subscriber, "subscriber");
	}

	/**
	 * Hands the subscription to the subscriber, and then lets it begin. So the first
	 * signal comes when {@code onSubscribe} has returned.
	 */
	void begin(Tail<T> tail) {
		Flow.Subscriber<? super Entry<T>> target = this.subscriber;
		if (target != null) {
			try {
				target.onSubscribe(new Demand(tail));
			}
			catch (Throwable ex) {
				tail.end(Ending.failed(new SubscriberFailure(ex)));
			}
		}
		tail.call();
	}

	/**
	 * Tells the subscriber that there is no subscription.
	 */
	void refuse(RuntimeException failure) {
		Flow.Subscriber<? super Entry<T>> target = this.subscriber;
		if (target != null) {
			target.onSubscribe(new Flow.Subscription() {

				@Override
				public void request(long n) {
				}

				@Override
				public void cancel() {
				}

			});
			target.onError(failure);
		}
	}

	@Override
	public Follower<? super T> follower() {
		return this;
	}

	@Override
	public void onEntry(Entry<T> entry) {
		Flow.Subscriber<? super Entry<T>> target = this.subscriber;
		if (target == null) {
			return;
		}
		this.demand.updateAndGet((n) -> (n == Long.MAX_VALUE) ? n : n - 1);
		try {
			target.onNext(entry);
		}
		catch (Throwable ex) {
			throw new SubscriberFailure(ex);
		}
	}

	@Override
	public boolean wantsMore() {
		return this.demand.get() > 0;
	}

	@Override
	public boolean ended(Ending ending) {
		Flow.Subscriber<? super Entry<T>> target = this.subscriber;
		this.subscriber = null;
		Throwable cause = ending.cause();
		if (target == null || cause instanceof SubscriberFailure) {
			return false;
		}
		if (cause != null) {
			target.onError(cause);
		}
		else if (ending.reason() == Ending.Reason.STOPPED) {
			target.onComplete();
		}
		return true;
	}

	/**
	 * What the subscriber uses.
	 */
	private final class Demand implements Flow.Subscription {

		private final Tail<T> tail;

		Demand(Tail<T> tail) {
			this.tail = tail;
		}

		@Override
		public void request(long n) {
			if (n <= 0) {
				this.tail.end(Ending.failed(
						new IllegalArgumentException("A subscriber must request at least one entry, but has requested "
								+ n + " (rule 3.9 of Reactive Streams)")));
				return;
			}
			SubscriberTarget.this.demand.updateAndGet((before) -> (before + n < 0) ? Long.MAX_VALUE : before + n);
			this.tail.proceed();
		}

		@Override
		public void cancel() {
			this.tail.close();
		}

	}

	/**
	 * A subscriber has thrown an exception, which the rules forbid. It gets no more
	 * signals.
	 */
	private static final class SubscriberFailure extends RuntimeException {

		private static final long serialVersionUID = 1L;

		SubscriberFailure(Throwable cause) {
			super("A subscriber has thrown an exception, which Reactive Streams forbid (rule 2.13);"
					+ " it is regarded as canceled", cause);
		}

	}

}
