package io.github.appendonly;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A follower that records its entries, for tests that wait for them.
 */
public class RecordingFollower implements Follower<String> {

	private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();

	private final List<Entry<String>> entries = new ArrayList<>();

	private boolean caughtUp;

	/**
	 * Follows, so that this knows its subscription.
	 */
	public Subscription follow(Followable<String> followable, StartAt start) {
		Subscription subscribed = followable.follow(start, this);
		subscribed.ended().whenComplete((nothing, failure) -> changed(() -> {
		}));
		this.subscription.complete(subscribed);
		return subscribed;
	}

	public Subscription subscription() {
		return this.subscription.join();
	}

	@Override
	public void onEntry(Entry<String> entry) throws Exception {
		changed(() -> {
			this.entries.add(entry);
			this.caughtUp = false;
		});
	}

	@Override
	public void onCaughtUp(Position cursor) {
		changed(() -> this.caughtUp = true);
	}

	private synchronized void changed(Runnable change) {
		change.run();
		notifyAll();
	}

	public synchronized List<Entry<String>> entries() {
		return List.copyOf(this.entries);
	}

	/**
	 * Waits for a number of entries.
	 */
	public List<Entry<String>> awaitEntries(int count) {
		return await(() -> this.entries.size() >= count);
	}

	public List<Entry<String>> awaitItem(String item) {
		return await(() -> !this.entries.isEmpty() && this.entries.get(this.entries.size() - 1).item().equals(item));
	}

	public List<Entry<String>> awaitCaughtUp() {
		return await(() -> this.caughtUp);
	}

	private synchronized List<Entry<String>> await(BooleanSupplier condition) {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
		try {
			while (!condition.getAsBoolean()) {
				assertThat(System.nanoTime()).as("in time, with %s", this.entries).isLessThan(end);
				assertThat(!this.subscription.isDone() || subscription().isActive())
					.as("goes on, with %s", this.entries)
					.isTrue();
				TimeUnit.SECONDS.timedWait(this, 1);
			}
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		return entries();
	}

	/**
	 * Waits for the normal end.
	 */
	public void awaitEnd() {
		subscription().ended().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
	}

	public Throwable awaitFailure() {
		try {
			awaitEnd();
		}
		catch (CompletionException ex) {
			return Objects.requireNonNull(ex.getCause());
		}
		throw new AssertionError("The subscription has ended normally");
	}

}
