package io.github.appendonly;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A subscriber that records its signals, for tests that wait for them.
 */
public final class RecordingSubscriber implements Flow.Subscriber<Entry<String>> {

	private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

	private final List<Entry<String>> entries = new ArrayList<>();

	private @Nullable Throwable error;

	private int signals;

	private final CountDownLatch ended = new CountDownLatch(1);

	@Override
	public synchronized void onSubscribe(Flow.Subscription subscription) {
		this.signals++;
		this.subscription.complete(subscription);
	}

	@Override
	public synchronized void onNext(Entry<String> entry) {
		this.signals++;
		this.entries.add(entry);
		notifyAll();
	}

	@Override
	public synchronized void onError(Throwable failure) {
		this.signals++;
		this.error = failure;
		this.ended.countDown();
	}

	@Override
	public synchronized void onComplete() {
		this.signals++;
		this.ended.countDown();
	}

	public void request(long n) {
		this.subscription.join().request(n);
	}

	public void cancel() {
		this.subscription.join().cancel();
	}

	/**
	 * Returns how many signals came.
	 */
	public synchronized int signals() {
		return this.signals;
	}

	public synchronized List<Entry<String>> awaitEntries(int count) {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
		try {
			while (this.entries.size() < count) {
				assertThat(System.nanoTime()).as("in time, with %s", this.entries).isLessThan(end);
				TimeUnit.SECONDS.timedWait(this, 1);
			}
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		return List.copyOf(this.entries);
	}

	/**
	 * Waits for the end.
	 * @return the error; null for {@code onComplete}
	 */
	public @Nullable Throwable awaitError() {
		try {
			assertThat(this.ended.await(60, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		synchronized (this) {
			return this.error;
		}
	}

}
