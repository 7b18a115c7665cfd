package io.github.appendonly.soak;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.LockSupport;

import io.github.appendonly.Entry;
import io.github.appendonly.Follower;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import io.github.appendonly.StartAt;
import io.github.appendonly.Subscription;
import org.jspecify.annotations.Nullable;

import static org.awaitility.Awaitility.await;

/**
 * Follows a stack and its archive. Nothing may end it.
 */
final class SoakFollower implements Follower<String> {

	private static final Duration WAIT = Duration.ofMinutes(2);

	private static final int BLOCKS_AFTER = 50;

	private static final long BLOCKS_FOR = 1_000_000;

	/**
	 * How it follows.
	 */
	enum Kind {

		/** From the oldest entry on. */
		FROM_OLDEST,

		/** Only what comes. */
		FROM_NEWEST,

		/** Ends its subscription, and begins another where it ended. */
		RESUMING,

		/** Blocks its thread. */
		SLOW,

		/** Asks a publisher for a few entries at a time. */
		ASKING

	}

	private final Kind kind;

	private final History<String> history;

	private final SoakTrail trail;

	private @Nullable Subscription subscription;

	private int entries;

	SoakFollower(Kind kind, History<String> history, SoakTrail trail) {
		this.kind = kind;
		this.history = history;
		this.trail = trail;
	}

	void start() {
		StartAt start = this.trail.last()
			.map(StartAt::after)
			.orElse((this.kind == Kind.FROM_NEWEST) ? StartAt.newest() : StartAt.oldest());
		if (this.kind == Kind.ASKING) {
			this.history.publisher(start).subscribe(new Asking());
		}
		else {
			this.subscription = this.history.follow(start, this);
			this.subscription.ended().exceptionally(SoakNode::end);
		}
	}

	/**
	 * Ends the subscription and begins another, if that is its kind.
	 */
	void resume() {
		Subscription ended = this.subscription;
		if (this.kind == Kind.RESUMING && ended != null) {
			ended.close();
			ended.ended().toCompletableFuture().join();
			Position cursor = this.trail.last().orElse(Position.START);
			if (!ended.cursor().equals(cursor)) {
				throw new IllegalStateException("The cursor is " + ended.cursor() + " after " + cursor);
			}
			start();
		}
	}

	/**
	 * Waits until it has seen everything, when nobody pushes any more.
	 */
	void awaitCaughtUp() {
		Optional<Position> newest = this.history.newest().map(Entry::position);
		await().atMost(WAIT).until(this.trail::last, newest::equals);
		this.trail.record();
	}

	@Override
	public void onEntry(Entry<String> entry) {
		this.trail.add(entry);
		if (this.kind == Kind.SLOW && ++this.entries % BLOCKS_AFTER == 0) {
			LockSupport.parkNanos(BLOCKS_FOR);
		}
	}

	@Override
	public void onCaughtUp(Position cursor) {
		this.trail.record();
	}

	/**
	 * Asks for entries, and takes them.
	 */
	private final class Asking implements Flow.Subscriber<Entry<String>> {

		private static final int ENTRIES = 17;

		private Flow.@Nullable Subscription asked;

		private int awaited;

		@Override
		public void onSubscribe(Flow.Subscription subscription) {
			this.asked = subscription;
			ask(subscription);
		}

		private void ask(Flow.Subscription subscription) {
			this.awaited = ENTRIES;
			subscription.request(ENTRIES);
		}

		@Override
		public void onNext(Entry<String> entry) {
			if (this.awaited == 0) {
				throw new IllegalStateException("Nobody has asked for " + entry);
			}
			onEntry(entry);
			if (--this.awaited == 0 && this.asked != null) {
				ask(this.asked);
			}
		}

		@Override
		public void onError(Throwable failure) {
			SoakNode.end(failure);
		}

		@Override
		public void onComplete() {
		}

	}

}
