package io.github.appendonly.jpa.follow;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.github.appendonly.Entry;
import io.github.appendonly.Followable;
import io.github.appendonly.Follower;
import io.github.appendonly.Position;
import io.github.appendonly.StartAt;
import io.github.appendonly.Subscription;
import io.github.appendonly.jpa.DatabaseTests;
import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What a follower was handed.
 */
final class Handed implements Follower<String>, AutoCloseable {

	private final List<String> items = new CopyOnWriteArrayList<>();

	private final List<Entry<String>> entries = new CopyOnWriteArrayList<>();

	private final List<Position> caughtUp = new CopyOnWriteArrayList<>();

	private final Subscription subscription;

	Handed(Followable<String> followed, StartAt start) {
		this.subscription = followed.follow(start, this);
	}

	/**
	 * Follows from the oldest entry on, and has caught up.
	 */
	static Handed by(Followable<String> followed) {
		Handed handed = new Handed(followed, StartAt.oldest());
		handed.awaitCaughtUp();
		return handed;
	}

	@Override
	public void onEntry(Entry<String> entry) {
		this.entries.add(entry);
		this.items.add(entry.item());
	}

	@Override
	public void onCaughtUp(Position cursor) {
		this.caughtUp.add(cursor);
	}

	List<Entry<String>> entries() {
		return this.entries;
	}

	void awaitCaughtUp() {
		Awaitility.await().atMost(DatabaseTests.WAIT).until(() -> !this.caughtUp.isEmpty());
	}

	Subscription subscription() {
		return this.subscription;
	}

	/**
	 * Waits for items, in this order and without others between them.
	 */
	void await(List<String> expected) {
		Awaitility.await()
			.pollInterval(Duration.ofMillis(10))
			.atMost(DatabaseTests.WAIT)
			.untilAsserted(() -> assertThat(this.items).isEqualTo(expected));
	}

	void await(String... expected) {
		await(List.of(expected));
	}

	/**
	 * Waits until the subscription has ended, and returns why.
	 */
	Throwable awaitFailure() {
		Throwable failure = catchThrowable(() -> this.subscription.ended()
			.toCompletableFuture()
			.get(DatabaseTests.WAIT.toSeconds(), TimeUnit.SECONDS));
		assertThat(failure).isInstanceOf(ExecutionException.class);
		return Objects.requireNonNull(failure.getCause());
	}

	@Override
	public void close() {
		this.subscription.close();
	}

}
