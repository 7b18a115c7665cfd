package io.github.appendonly.follow;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.appendonly.Entries;
import io.github.appendonly.Entry;
import io.github.appendonly.Followable;
import io.github.appendonly.Follower;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.RecordingFollower;
import io.github.appendonly.RecordingSubscriber;
import io.github.appendonly.StackBounds;
import io.github.appendonly.StartAt;
import io.github.appendonly.Subscription;
import io.github.appendonly.memory.InMemoryAppendStack;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the engine does where threads race.
 */
class TailsConcurrencyTests {

	private final PoolThreads threads = new PoolThreads(4);

	private final Tails<Integer> tails = new Tails<>(this.threads, (failure) -> false, Interest.none());

	@AfterEach
	void endThreads() {
		this.tails.stop().join();
		this.threads.shutdown();
	}

	private static InMemoryAppendStack<String> stack() {
		return new InMemoryAppendStack<>(new StackBounds(1000, 100));
	}

	private Followable<String> followable(int key, Entries<String> entries) {
		return this.tails.followable(key, new CountingSource(entries));
	}

	/**
	 * Each push comes just when its follower is about to wait.
	 */
	@Test
	void wakeIsNeverLostWhenAFollowerIsAboutToWait() {
		InMemoryAppendStack<String> stack = stack();
		RecordingFollower follower = new RecordingFollower();
		follower.follow(followable(0, stack), StartAt.oldest());
		for (int i = 0; i < 5000; i++) {
			stack.push(Integer.toString(i));
			this.tails.wake(0);
			follower.awaitEntries(i + 1);
		}
		assertThat(follower.entries()).isEqualTo(Numbered.entries(0, 5000, 100));
	}

	@Test
	void tenThousandFollowersOfOneStackShareReads() throws Exception {
		InMemoryAppendStack<String> stack = stack();
		CountingSource source = new CountingSource(stack);
		Followable<String> followable = this.tails.followable(0, source);
		CountDownLatch begun = new CountDownLatch(10_000);
		List<ExactFollower> followers = IntStream.range(0, 10_000).mapToObj((i) -> new ExactFollower(begun)).toList();
		followers.forEach((one) -> followable.follow(StartAt.oldest(), one));
		await(begun);
		source.takeReads();
		int pushes = 20;
		for (int i = 0; i < pushes; i++) {
			CountDownLatch all = new CountDownLatch(followers.size());
			followers.forEach((one) -> one.next = all);
			stack.push(Integer.toString(i));
			this.tails.wake(0);
			await(all);
		}
		assertThat(source.takeReads()).isBetween(pushes, 2 * pushes);
		assertThat(followers).allSatisfy((one) -> one.assertExact(pushes));
	}

	@Test
	void tenThousandFollowersOfAThousandStacksGetEachEntryOnce() throws Exception {
		List<InMemoryAppendStack<String>> stacks = IntStream.range(0, 1000).mapToObj((i) -> stack()).toList();
		CountDownLatch all = new CountDownLatch(10_000 * 3);
		List<ExactFollower> followers = IntStream.range(0, 10_000)
			.mapToObj((i) -> new ExactFollower(new CountDownLatch(0)))
			.toList();
		for (int i = 0; i < followers.size(); i++) {
			followers.get(i).next = all;
			followable(i % 1000, stacks.get(i % 1000)).follow(StartAt.oldest(), followers.get(i));
		}
		for (int i = 0; i < 3; i++) {
			for (int key = 0; key < stacks.size(); key++) {
				stacks.get(key).push(Integer.toString(i));
				this.tails.wake(key);
			}
		}
		await(all);
		assertThat(followers).allSatisfy((one) -> one.assertExact(3));
	}

	@Test
	void followersThatComeAndGoSeeConsecutiveEntriesAndNothingAfterTheEnd() throws Exception {
		InMemoryAppendStack<String> stack = stack();
		Followable<String> followable = followable(0, stack);
		AtomicBoolean pushing = new AtomicBoolean(true);
		Thread pusher = new Thread(() -> {
			for (int i = 0; i < 20_000; i++) {
				stack.push(Integer.toString(i));
				this.tails.wake(0);
			}
			pushing.set(false);
		});
		pusher.start();
		List<ExactFollower> followers = new ArrayList<>();
		List<Subscription> subscriptions = new ArrayList<>();
		Random random = new Random(7);
		while (pushing.get() || followers.size() < 50) {
			ExactFollower follower = new ExactFollower(new CountDownLatch(0));
			followers.add(follower);
			subscriptions.add(followable.follow(random.nextBoolean() ? StartAt.newest() : StartAt.oldest(), follower));
			if (random.nextInt(3) > 0) {
				end(subscriptions.remove(random.nextInt(subscriptions.size())));
			}
		}
		pusher.join();
		for (Subscription subscription : subscriptions) {
			end(subscription);
		}
		assertThat(followers).allSatisfy(ExactFollower::assertConsecutive);
	}

	private static void end(Subscription subscription) {
		subscription.close();
		subscription.ended().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
	}

	@Test
	void subscribersWithRandomDemandGetExactlyThat() {
		InMemoryAppendStack<String> stack = stack();
		Followable<String> followable = followable(0, stack);
		List<RecordingSubscriber> subscribers = IntStream.range(0, 5)
			.mapToObj((i) -> new RecordingSubscriber())
			.toList();
		subscribers.forEach((one) -> followable.publisher(StartAt.oldest()).subscribe(one));
		Random random = new Random(7);
		int requested = 0;
		for (int i = 0; i < 1000; i++) {
			stack.push(Integer.toString(i));
			this.tails.wake(0);
			int more = Math.min(random.nextInt(3), i + 1 - requested);
			if (more > 0) {
				requested += more;
				subscribers.forEach((one) -> one.request(more));
			}
			if (i % 50 == 0) {
				int expected = requested;
				subscribers.forEach(
						(one) -> assertThat(one.awaitEntries(expected)).isEqualTo(Numbered.entries(0, expected, 100)));
			}
		}
	}

	private static void await(CountDownLatch latch) throws InterruptedException {
		assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
	}

	/**
	 * Checks that its calls do not overlap, and that its entries are consecutive.
	 */
	private static final class ExactFollower implements Follower<String> {

		private final CountDownLatch caughtUp;

		private final AtomicBoolean called = new AtomicBoolean();

		private final AtomicInteger count = new AtomicInteger();

		private volatile boolean broken;

		private Position first = Position.START;

		volatile CountDownLatch next = new CountDownLatch(0);

		private int last = -1;

		ExactFollower(CountDownLatch caughtUp) {
			this.caughtUp = caughtUp;
		}

		@Override
		public void onEntry(Entry<String> entry) {
			boolean alone = this.called.compareAndSet(false, true);
			int number = Integer.parseInt(entry.item());
			if (this.count.getAndIncrement() == 0) {
				this.first = entry.position();
			}
			else if (number != this.last + 1) {
				this.broken = true;
			}
			this.last = number;
			this.broken |= !alone;
			this.called.set(false);
			this.next.countDown();
		}

		@Override
		public void onCaughtUp(Position cursor) {
			this.caughtUp.countDown();
		}

		void assertConsecutive() {
			assertThat(this.broken).isFalse();
		}

		void assertExact(int count) {
			assertConsecutive();
			assertThat(this.first).isEqualTo(new Position(0, 0));
			assertThat(this.count).hasValue(count);
		}

	}

}
