package io.github.appendonly;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.github.appendonly.HistoryContractTests.Archived;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The contract of following a stack or its {@link History}. Extend this class for an
 * implementation. Each call of the factory method must return a new stack and a new
 * archive without items.
 */
public abstract class FollowContractTests {

	private final List<Subscription> subscriptions = new ArrayList<>();

	protected abstract Archived archived(StackBounds bounds);

	@AfterEach
	void closeAll() {
		this.subscriptions.forEach(Subscription::close);
	}

	private static StackBounds bounds() {
		return new StackBounds(2, 3);
	}

	private RecordingFollower follow(Followable<String> followable, StartAt start) {
		return follow(followable, start, new RecordingFollower());
	}

	private RecordingFollower follow(Followable<String> followable, StartAt start, RecordingFollower follower) {
		this.subscriptions.add(follower.follow(followable, start));
		return follower;
	}

	@Test
	void followersAreToldOfErasedItemsAndPassThem() {
		Archived archived = archived(bounds());
		archived.stack().pushAll(Numbered.items(0, 11));
		assertThat(archived.history().erase(new Position(0, 1), new Position(2, 0), new Position(3, 1))).isEqualTo(3);
		List<Gone> gone = Collections.synchronizedList(new ArrayList<>());
		RecordingFollower follower = follow(archived.history(), StartAt.oldest(), new RecordingFollower() {

			@Override
			public void onGone(Gone one) {
				gone.add(one);
			}

		});
		follower.awaitEntries(8);
		archived.stack().push("11");
		assertThat(follower.awaitEntries(9)).extracting(Entry::item)
			.containsExactly("0", "2", "3", "4", "5", "7", "8", "9", "11");
		assertThat(gone).containsExactly(Gone.erased(new Position(0, 1)), Gone.erased(new Position(2, 0)),
				Gone.erased(new Position(3, 1)));
	}

	@Test
	void followerCatchesUpAndGoesOnLive() {
		AppendStack<String> stack = archived(new StackBounds(10, 3)).stack();
		stack.pushAll(Numbered.items(0, 8));
		RecordingFollower follower = follow(stack, StartAt.oldest());
		follower.awaitEntries(8);
		Numbered.items(8, 12).forEach(stack::push);
		follower.awaitEntries(12);
		stack.pushAsync("12").join();
		stack.push("13", (layer) -> {
		});
		assertThat(follower.awaitEntries(14)).isEqualTo(Numbered.entries(0, 14, 3));
		assertThat(follower.subscription().isActive()).isTrue();
	}

	@Test
	void historyIsFollowedFromEachPositionThroughTheArchive() {
		Archived archived = archived(bounds());
		Numbered.items(0, 20).forEach(archived.stack()::push);
		List<RecordingFollower> followers = new ArrayList<>();
		followers.add(follow(archived.history(), StartAt.after(Position.START)));
		IntStream.range(0, 20)
			.mapToObj((i) -> StartAt.after(Numbered.position(i, 3)))
			.forEach((start) -> followers.add(follow(archived.history(), start)));
		followers.forEach(RecordingFollower::awaitCaughtUp);
		Numbered.items(20, 30).forEach(archived.stack()::push);
		for (int i = 0; i <= 20; i++) {
			assertThat(followers.get(i).awaitEntries(30 - i)).isEqualTo(Numbered.entries(i, 30, 3));
		}
	}

	@Test
	void followersOfOneHistorySeeEachEntryOnceAndInOrderWhileManyPush() throws Exception {
		Archived archived = archived(bounds());
		History<String> history = archived.history();
		List<RecordingFollower> followers = new ArrayList<>();
		IntStream.range(0, 3).forEach((i) -> followers.add(follow(history, StartAt.after(Position.START))));
		RecordingSubscriber subscriber = new RecordingSubscriber();
		history.publisher(StartAt.oldest()).subscribe(subscriber);
		subscriber.request(Long.MAX_VALUE);
		int all = Writers.COUNT * Writers.ITEMS;
		Writers.run(Writers.COUNT, (writer) -> {
			for (String item : Writers.items(writer)) {
				archived.stack().push(item);
			}
		});
		followers.add(follow(history, StartAt.after(Position.START)));
		List<Entry<String>> expected = Numbered.reversed(history.stream().toList());
		assertThat(expected).hasSize(all);
		followers.forEach((one) -> assertThat(one.awaitEntries(all)).isEqualTo(expected));
		assertThat(subscriber.awaitEntries(all)).isEqualTo(expected);
		subscriber.cancel();
		Writers.assertComplete(expected.stream().map(Entry::item).toList(), Writers.COUNT);
	}

	@Test
	void followerThatComesWhileManyPushMissesNothingAfterItsStart() throws Exception {
		Archived archived = archived(new StackBounds(1000, 3));
		List<RecordingFollower> followers = new ArrayList<>();
		Writers.read(2, (writer) -> {
			for (String item : Writers.items(writer)) {
				archived.stack().push(item);
			}
		}, (writing) -> {
			while (writing.getAsBoolean() && followers.size() < 50) {
				followers.add(follow(archived.stack(), StartAt.newest()));
			}
			return followers;
		});
		List<Entry<String>> all = Numbered.reversed(archived.stack().stream().toList());
		archived.stack().push("end");
		for (RecordingFollower follower : followers) {
			List<Entry<String>> handed = follower.awaitItem("end");
			int before = all.size() - (handed.size() - 1);
			assertThat(handed.subList(0, handed.size() - 1)).isEqualTo(all.subList(before, all.size()));
		}
	}

	@Test
	void newestIsOnlyWhatComesAfterwards() {
		Archived archived = archived(bounds());
		RecordingFollower first = follow(archived.stack(), StartAt.newest());
		assertThat(first.subscription().cursor()).isEqualTo(Position.START);
		Numbered.items(0, 8).forEach(archived.stack()::push);
		RecordingFollower second = follow(archived.stack(), StartAt.newest());
		RecordingFollower third = follow(archived.history(), StartAt.newest());
		assertThat(second.subscription().cursor()).isEqualTo(Numbered.position(7, 3));
		archived.stack().push("8");
		assertThat(second.awaitEntries(1)).isEqualTo(Numbered.entries(8, 9, 3));
		assertThat(third.awaitEntries(1)).isEqualTo(Numbered.entries(8, 9, 3));
	}

	@Test
	void oldestIsWhatIsKept() {
		Archived archived = archived(bounds());
		Numbered.items(0, 20).forEach(archived.stack()::push);
		assertThat(follow(archived.stack(), StartAt.oldest()).awaitCaughtUp()).isEqualTo(Numbered.entries(15, 20, 3));
		assertThat(follow(archived.history(), StartAt.oldest()).awaitCaughtUp()).isEqualTo(Numbered.entries(0, 20, 3));
	}

	@Test
	void expiredCursorEndsTheSubscriptionUnlessTheFollowerAcceptsIt() {
		Archived archived = archived(bounds());
		Numbered.items(0, 20).forEach(archived.stack()::push);
		Position cursor = Numbered.position(7, 3);
		RecordingFollower strict = follow(archived.stack(), StartAt.after(cursor));
		assertThat(strict.awaitFailure())
			.isInstanceOfSatisfying(CursorExpiredException.class, (ex) -> assertThat(ex.cursor()).isEqualTo(cursor))
			.hasMessageContaining("2-1")
			.hasMessageContaining("stack")
			.hasMessageContaining("StartAt.oldest()");
		assertThat(strict.entries()).isEmpty();
		assertThat(strict.subscription().cursor()).isEqualTo(cursor);
		RecordingFollower accepting = follow(archived.stack(), StartAt.after(cursor), new RecordingFollower() {

			@Override
			public void onExpired(CursorExpiredException expired) {
			}

		});
		archived.stack().push("20");
		assertThat(accepting.awaitItem("20")).isEqualTo(Numbered.entries(15, 21, 3));
	}

	@Test
	void cursorAheadIsToldAndEndsTheSubscription() {
		Archived archived = archived(bounds());
		Position ahead = new Position(99999, 0);
		for (int items : List.of(0, 8)) {
			archived.stack().pushAll(Numbered.items(0, items));
			for (Followable<String> each : List.of(archived.stack(), archived.history())) {
				RecordingFollower follower = follow(each, StartAt.after(ahead));
				assertThat(follower.awaitFailure())
					.isInstanceOfSatisfying(CursorAheadException.class,
							(ex) -> assertThat(ex.cursor()).isEqualTo(ahead))
					.hasMessageContaining("99999-0")
					.hasMessageContaining("stack");
				assertThat(follower.subscription().cursor()).isEqualTo(ahead);
			}
		}
	}

	@Test
	void followerThatAcceptsThatItIsAheadEndsNormally() {
		AtomicReference<CursorAheadException> told = new AtomicReference<>();
		RecordingFollower follower = follow(archived(bounds()).stack(), StartAt.after(new Position(0, 0)),
				new RecordingFollower() {

					@Override
					public void onAhead(CursorAheadException ahead) {
						told.set(ahead);
					}

				});
		follower.awaitEnd();
		assertThat(told.get()).isNotNull();
		assertThat(follower.subscription().isActive()).isFalse();
	}

	@Test
	void followerThatThrowsEndsBeforeThatEntryAndMayBeginThereAgain() {
		AppendStack<String> stack = archived(new StackBounds(10, 3)).stack();
		Exception failure = new Exception("The fifth");
		RecordingFollower failing = follow(stack, StartAt.oldest(), new RecordingFollower() {

			@Override
			public void onEntry(Entry<String> entry) throws Exception {
				if (entry.item().equals("4")) {
					throw failure;
				}
				super.onEntry(entry);
			}

		});
		RecordingFollower other = follow(stack, StartAt.oldest());
		stack.pushAll(Numbered.items(0, 8));
		assertThat(failing.awaitFailure()).isSameAs(failure);
		Subscription ended = failing.subscription();
		assertThat(ended.isActive()).isFalse();
		assertThat(ended.cursor()).isEqualTo(Numbered.position(3, 3));
		assertThat(failing.entries()).isEqualTo(Numbered.entries(0, 4, 3));
		assertThat(follow(stack, StartAt.after(ended.cursor())).awaitEntries(4)).isEqualTo(Numbered.entries(4, 8, 3));
		assertThat(other.awaitEntries(8)).isEqualTo(Numbered.entries(0, 8, 3));
	}

	@Test
	void followerMayCloseItsOwnSubscription() {
		AppendStack<String> stack = archived(new StackBounds(10, 3)).stack();
		RecordingFollower closing = follow(stack, StartAt.oldest(), new RecordingFollower() {

			@Override
			public void onEntry(Entry<String> entry) throws Exception {
				super.onEntry(entry);
				if (entry.item().equals("4")) {
					subscription().close();
				}
			}

		});
		stack.pushAll(Numbered.items(0, 8));
		closing.awaitEnd();
		assertThat(closing.entries()).isEqualTo(Numbered.entries(0, 5, 3));
		assertThat(closing.subscription().cursor()).isEqualTo(Numbered.position(4, 3));
	}

	@Test
	void callUnderWayGoesOnWhenTheSubscriptionIsClosed() throws Exception {
		AppendStack<String> stack = archived(new StackBounds(10, 3)).stack();
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch closed = new CountDownLatch(1);
		RecordingFollower slow = follow(stack, StartAt.oldest(), new RecordingFollower() {

			@Override
			public void onEntry(Entry<String> entry) throws Exception {
				begun.countDown();
				closed.await();
				super.onEntry(entry);
			}

		});
		stack.pushAll(Numbered.items(0, 8));
		begun.await();
		CompletableFuture<Void> ended = slow.subscription().ended().toCompletableFuture();
		slow.subscription().close();
		assertThat(slow.subscription().isActive()).isFalse();
		assertThat(ended).isNotDone();
		closed.countDown();
		slow.awaitEnd();
		assertThat(slow.entries()).isEqualTo(Numbered.entries(0, 1, 3));
		assertThat(slow.subscription().cursor()).isEqualTo(Numbered.position(0, 3));
	}

	@Test
	void followerMayPushOntoWhatItFollows() {
		AppendStack<String> stack = archived(new StackBounds(10, 3)).stack();
		RecordingFollower pushing = follow(stack, StartAt.oldest(), new RecordingFollower() {

			@Override
			public void onEntry(Entry<String> entry) throws Exception {
				super.onEntry(entry);
				int next = Integer.parseInt(entry.item()) + 1;
				if (next < 10) {
					stack.push(Integer.toString(next));
				}
			}

		});
		stack.push("0");
		assertThat(pushing.awaitEntries(10)).isEqualTo(Numbered.entries(0, 10, 3));
	}

	@Test
	void subscriberGetsWhatItAsksFor() {
		Archived archived = archived(bounds());
		Numbered.items(0, 5).forEach(archived.stack()::push);
		RecordingSubscriber subscriber = new RecordingSubscriber();
		archived.history().publisher(StartAt.oldest()).subscribe(subscriber);
		for (int i = 1; i <= 4; i++) {
			subscriber.request(1);
			assertThat(subscriber.awaitEntries(i)).isEqualTo(Numbered.entries(0, i, 3));
		}
		subscriber.request(5);
		subscriber.awaitEntries(5);
		Numbered.items(5, 20).forEach(archived.stack()::push);
		assertThat(subscriber.awaitEntries(9)).isEqualTo(Numbered.entries(0, 9, 3));
		subscriber.request(Long.MAX_VALUE);
		subscriber.request(Long.MAX_VALUE);
		assertThat(subscriber.awaitEntries(20)).isEqualTo(Numbered.entries(0, 20, 3));
		subscriber.cancel();
		assertThat(subscriber.signals()).isEqualTo(1 + 20);
	}

	@Test
	void eachSubscriberBeginsAnew() {
		AppendStack<String> stack = archived(bounds()).stack();
		Flow.Publisher<Entry<String>> publisher = stack.publisher(StartAt.oldest());
		stack.push("0");
		for (int i = 0; i < 2; i++) {
			RecordingSubscriber subscriber = new RecordingSubscriber();
			publisher.subscribe(subscriber);
			subscriber.request(1);
			assertThat(subscriber.awaitEntries(1)).isEqualTo(Numbered.entries(0, 1, 3));
			subscriber.cancel();
		}
	}

	@Test
	void subscriberIsToldOfACursorThatIsNotGoodAnyMore() {
		AppendStack<String> stack = archived(bounds()).stack();
		Numbered.items(0, 20).forEach(stack::push);
		RecordingSubscriber expired = new RecordingSubscriber();
		stack.publisher(StartAt.after(Position.START)).subscribe(expired);
		expired.request(1);
		assertThat(expired.awaitError()).isInstanceOf(CursorExpiredException.class);
		RecordingSubscriber ahead = new RecordingSubscriber();
		stack.publisher(StartAt.after(new Position(99999, 0))).subscribe(ahead);
		ahead.request(1);
		assertThat(ahead.awaitError()).isInstanceOf(CursorAheadException.class);
	}

	@Test
	void requestOfNothingIsAnError() {
		AppendStack<String> stack = archived(bounds()).stack();
		for (long n : List.of(0L, -1L, Long.MIN_VALUE)) {
			RecordingSubscriber subscriber = new RecordingSubscriber();
			stack.publisher(StartAt.oldest()).subscribe(subscriber);
			subscriber.request(n);
			assertThat(subscriber.awaitError()).isInstanceOf(IllegalArgumentException.class)
				.hasMessageContaining(Long.toString(n));
		}
	}

}
