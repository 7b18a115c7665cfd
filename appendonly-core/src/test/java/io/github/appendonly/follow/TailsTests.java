package io.github.appendonly.follow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;

import io.github.appendonly.Changes;
import io.github.appendonly.CursorExpiredException;
import io.github.appendonly.Entry;
import io.github.appendonly.Followable;
import io.github.appendonly.Follower;
import io.github.appendonly.Gone;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import io.github.appendonly.StartAt;
import io.github.appendonly.Subscription;
import io.github.appendonly.Unreadable;
import io.github.appendonly.memory.InMemoryAppendStack;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What the engine does, step by step: on the thread of the test.
 */
class TailsTests {

	private final ManualThreads threads = new ManualThreads();

	private final RecordedInterest interest = new RecordedInterest();

	private final Tails<String> tails = new Tails<>(this.threads, Outage.class::isInstance, this.interest);

	private final InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(new StackBounds(100, 100));

	private final CountingSource source = new CountingSource(this.stack);

	private final Followable<String> numbers = this.tails.followable("numbers", this.source);

	private final List<Recorder> followers = new ArrayList<>();

	private Recorder follower(StartAt start) {
		Recorder follower = new Recorder();
		this.followers.add(follower);
		follower.subscription = this.numbers.follow(start, follower);
		return follower;
	}

	/** Ten followers that have read everything, and wait. */
	private void tenIdleFollowers() {
		IntStream.range(0, 10).forEach((i) -> follower(StartAt.oldest()));
		this.threads.runAll();
		this.source.takeReads();
	}

	private void push(int from, int to) {
		this.stack.pushAll(Numbered.items(from, to));
		this.tails.wake("numbers");
	}

	private void assertAllHave(int items) {
		assertThat(this.followers)
			.allSatisfy((one) -> assertThat(one.entries).isEqualTo(Numbered.entries(0, items, 100)));
	}

	@Test
	void followersAtOnePlaceShareARead() {
		push(0, 5);
		IntStream.range(0, 10).forEach((i) -> follower(StartAt.oldest()));
		this.threads.runAll();
		assertAllHave(5);
		assertThat(this.source.takeReads()).isOne();
		push(5, 6);
		this.threads.runAll();
		assertAllHave(6);
		assertThat(this.source.takeReads()).isOne();
	}

	@Test
	void wakeWithoutAnythingNewIsOneReadAndNoCall() {
		tenIdleFollowers();
		this.tails.wake("numbers");
		this.threads.runRead();
		assertThat(this.source.takeReads()).isOne();
		assertThat(this.threads.calls).isEmpty();
		assertThat(this.threads.reads).isEmpty();
	}

	@Test
	void wakesBeforeAReadBeginsAreOneRead() {
		tenIdleFollowers();
		IntStream.range(0, 10).forEach((i) -> push(i, i + 1));
		this.threads.runAll();
		assertAllHave(10);
		assertThat(this.source.takeReads()).isOne();
	}

	@Test
	void followersAtDifferentPlacesMeetAtTheEnd() {
		push(0, 50);
		IntStream.range(0, 10).forEach((i) -> follower(StartAt.after(new Position(0, i))));
		this.threads.runAll();
		assertThat(this.source.takeReads()).isEqualTo(10);
		push(50, 51);
		this.threads.runAll();
		assertThat(this.source.takeReads()).isOne();
		IntStream.range(0, 10)
			.forEach((i) -> assertThat(this.followers.get(i).entries).isEqualTo(Numbered.entries(i + 1, 51, 100)));
	}

	@Test
	void slowerFollowerFindsWhatAFasterOneHasRead() {
		tenIdleFollowers();
		push(0, 50);
		this.threads.runRead();
		Runnable slow = this.threads.calls.removeLast();
		push(50, 60);
		this.threads.runAll();
		assertThat(this.source.takeReads()).isEqualTo(2);
		slow.run();
		this.threads.runAll();
		assertAllHave(60);
		assertThat(this.source.takeReads()).isZero();
	}

	@Test
	void newFollowerGetsNothingThatWasReadBeforeItCame() {
		tenIdleFollowers();
		push(0, 50);
		this.threads.runRead();
		push(50, 60);
		follower(StartAt.after(Position.START));
		this.threads.runAll();
		assertAllHave(60);
		assertThat(this.source.takeReads()).isEqualTo(3);
	}

	@Test
	void followersOfEqualSourcesShareReadsAndOthersDoNot() {
		push(0, 5);
		CountingSource other = new CountingSource(this.stack);
		Recorder elsewhere = new Recorder();
		elsewhere.subscription = this.tails.followable("numbers", other).follow(StartAt.oldest(), elsewhere);
		follower(StartAt.oldest());
		this.threads.runAll();
		assertThat(elsewhere.entries).isEqualTo(Numbered.entries(0, 5, 100));
		assertAllHave(5);
		assertThat(List.of(other.takeReads(), this.source.takeReads())).containsExactly(1, 1);
	}

	@Test
	void readOfWhatIsWokenDuringItIsRepeated() {
		Recorder follower = follower(StartAt.oldest());
		this.threads.runAll();
		this.source.afterRead = () -> {
			this.source.afterRead = () -> {
			};
			push(0, 1);
		};
		this.tails.wake("numbers");
		this.threads.runAll();
		assertThat(follower.entries).isEqualTo(Numbered.entries(0, 1, 100));
	}

	@Test
	void wakeBetweenTheEndOfAStepAndGoingIdleIsNotLost() {
		Recorder follower = follower(StartAt.oldest());
		follower.onCaughtUp = () -> {
			follower.onCaughtUp = () -> {
			};
			push(0, 1);
		};
		this.threads.runAll();
		assertThat(follower.entries).isEqualTo(Numbered.entries(0, 1, 100));
	}

	@Test
	void wakeDuringTheLastCallIsNotLost() {
		Recorder follower = follower(StartAt.oldest());
		follower.onEntry = (entry) -> {
			if (follower.entries.size() < 10) {
				push(follower.entries.size(), follower.entries.size() + 1);
			}
		};
		push(0, 1);
		this.threads.runAll();
		assertThat(follower.entries).isEqualTo(Numbered.entries(0, 10, 100));
	}

	@Test
	void slowFollowerHoldsOneStepAndReadsOnFromWhereItStands() {
		Recorder slow = follower(StartAt.oldest());
		push(0, 1);
		this.threads.runRead();
		Runnable call = this.threads.calls.remove();
		IntStream.range(1, 2000).forEach((i) -> push(i, i + 1));
		assertThat(this.threads.reads).isEmpty();
		assertThat(this.threads.calls).isEmpty();
		this.source.takeReads();
		call.run();
		this.threads.runAll();
		assertThat(slow.entries).isEqualTo(Numbered.entries(0, 2000, 100));
		assertThat(this.source.takeReads()).isEqualTo(1999 / Tails.STEP + 1);
	}

	@Test
	void caughtUpIsToldAtFirstAndAgainAfterEntries() {
		Recorder follower = follower(StartAt.oldest());
		this.threads.runAll();
		this.tails.wake("numbers");
		this.threads.runAll();
		push(0, 250);
		this.threads.runAll();
		assertThat(follower.caughtUp).containsExactly(Position.START, new Position(2, 49));
	}

	@Test
	void newFollowerIsToldThatItHasCaughtUpWhereOthersWait() {
		tenIdleFollowers();
		Recorder follower = follower(StartAt.after(Position.START));
		this.threads.runAll();
		assertThat(this.followers).allSatisfy((one) -> assertThat(one.caughtUp).containsExactly(Position.START));
		assertThat(follower.caughtUp).containsExactly(Position.START);
	}

	@Test
	void goneAndPresentItemsAreToldInOrder() {
		Gone first = Gone.entityDeleted(new Position(0, 0), 7);
		Gone last = Gone.entityDeleted(new Position(0, 3), 8);
		Changes<String> step = new Changes<>(
				List.of(Entry.of(0, 1, "one"), Entry.of(0, 2, "two"), Entry.of(0, 4, "four")), new Position(0, 4), true,
				false, false, List.of(first, last));
		Recorder follower = new Recorder();
		follower.subscription = this.tails.followable("gone", new FixedSource(step))
			.follow(StartAt.after(Position.START), follower);
		this.threads.runAll();
		assertThat(follower.all).containsExactly(first, Entry.of(0, 1, "one"), Entry.of(0, 2, "two"), last,
				Entry.of(0, 4, "four"));
		assertThat(follower.subscription.cursor()).isEqualTo(new Position(0, 4));
	}

	@Test
	void itemThatCannotBeReadEndsTheSubscriptionBeforeIt() {
		Changes<String> step = new Changes<>(List.of(Entry.of(0, 0, "zero"), Entry.of(0, 2, "two")), new Position(0, 2),
				true, false, false, List.of(), List.of(new Unreadable(new Position(0, 1), "{", "broken")));
		Recorder follower = new Recorder();
		follower.subscription = this.tails.followable("broken", new FixedSource(step))
			.follow(StartAt.after(Position.START), follower);
		this.threads.runAll();
		assertThat(follower.entries).containsExactly(Entry.of(0, 0, "zero"));
		assertThat(follower.subscription.cursor()).isEqualTo(new Position(0, 0));
		assertThat(follower.failure()).isInstanceOf(IllegalStateException.class).hasMessageContaining("0-1");
	}

	@Test
	void closedFollowerLeavesNothing() {
		Recorder waiting = follower(StartAt.oldest());
		this.threads.runAll();
		waiting.subscription.close();
		waiting.subscription.close();
		assertThat(waiting.subscription.isActive()).isFalse();
		assertThat(waiting.ended()).isCompletedWithValue(null);
		push(0, 1);
		assertThat(this.threads.reads).isEmpty();
		assertThat(waiting.entries).isEmpty();
	}

	@Test
	void followerClosedBeforeItsReadBeginsIsNotReadFor() {
		Recorder closed = follower(StartAt.oldest());
		closed.subscription.close();
		assertThat(closed.ended()).isCompletedWithValue(null);
		this.threads.runAll();
		assertThat(this.source.takeReads()).isZero();
		Recorder next = follower(StartAt.oldest());
		push(0, 1);
		this.threads.runAll();
		assertThat(next.entries).isEqualTo(Numbered.entries(0, 1, 100));
	}

	@Test
	void followerClosedDuringItsReadIsNotCalled() {
		push(0, 3);
		Recorder closed = follower(StartAt.oldest());
		this.source.afterRead = closed.subscription::close;
		this.threads.runAll();
		assertThat(closed.entries).isEmpty();
		assertThat(closed.ended()).isCompletedWithValue(null);
	}

	@Test
	void followerClosedBeforeItsCallBeginsIsNotCalled() {
		push(0, 3);
		Recorder closed = follower(StartAt.oldest());
		this.threads.runRead();
		closed.subscription.close();
		assertThat(closed.ended()).isNotCompleted();
		this.threads.runAll();
		assertThat(closed.all).isEmpty();
		assertThat(closed.ended()).isCompletedWithValue(null);
	}

	@Test
	void oneFailureDoesNotConcernOthersAtThatPlace() {
		tenIdleFollowers();
		IllegalArgumentException failure = new IllegalArgumentException("broken");
		Recorder failing = this.followers.remove(3);
		failing.onEntry = (entry) -> {
			if (entry.item().equals("2")) {
				throw failure;
			}
		};
		push(0, 5);
		this.threads.runAll();
		assertAllHave(5);
		assertThat(failing.failure()).isSameAs(failure);
		assertThat(failing.subscription.cursor()).isEqualTo(new Position(0, 1));
	}

	@Test
	void outageIsReadAgainWithGrowingDelays() {
		Recorder follower = follower(StartAt.oldest());
		this.threads.runAll();
		this.source.afterRead = () -> {
			throw new Outage();
		};
		push(0, 1);
		IntStream.range(0, 10).forEach((i) -> this.threads.runRead());
		assertThat(follower.subscription.isActive()).isTrue();
		assertThat(this.threads.reads).hasSize(1);
		assertThat(this.threads.delays).hasSize(10).allSatisfy((delay) -> assertThat(delay).isPositive());
		assertThat(this.threads.delays.get(0)).isLessThanOrEqualTo(Outages.FIRST);
		assertThat(this.threads.delays.get(9)).isBetween(Outages.LONGEST.dividedBy(2), Outages.LONGEST);
		push(1, 2);
		assertThat(this.threads.reads).hasSize(1);
		this.source.afterRead = () -> {
		};
		this.threads.runAll();
		assertThat(follower.entries).isEqualTo(Numbered.entries(0, 2, 100));
	}

	@Test
	void otherFailureOfAReadEndsThoseWhoWaitForIt() {
		Recorder early = follower(StartAt.oldest());
		this.threads.runAll();
		IllegalArgumentException failure = new IllegalArgumentException("broken");
		List<Recorder> late = new ArrayList<>();
		this.source.afterRead = () -> {
			this.source.afterRead = () -> {
			};
			late.add(follower(StartAt.after(Position.START)));
			throw failure;
		};
		push(0, 1);
		this.threads.runAll();
		assertThat(early.failure()).isSameAs(failure);
		assertThat(late.get(0).entries).isEqualTo(Numbered.entries(0, 1, 100));
	}

	@Test
	void expiredCursorIsToldEachTime() {
		InMemoryAppendStack<String> small = new InMemoryAppendStack<>(new StackBounds(2, 3));
		Recorder follower = new Recorder();
		follower.onExpired = (ex) -> {
		};
		follower.subscription = this.tails.followable("small", new CountingSource(small))
			.follow(StartAt.oldest(), follower);
		this.threads.runAll();
		for (int i = 0; i < 3; i++) {
			small.pushAll(Numbered.items(i * 12, (i + 1) * 12));
			this.tails.wake("small");
			this.threads.runAll();
		}
		assertThat(follower.expired).extracting(CursorExpiredException::cursor)
			.containsExactly(Position.START, new Position(3, 2), new Position(7, 2));
		assertThat(follower.entries).extracting(Entry::item)
			.containsExactlyElementsOf(
					IntStream.of(6, 18, 30).boxed().flatMap((i) -> Numbered.items(i, i + 6).stream()).toList());
	}

	@Test
	void interestFollowsTheFirstAndTheLastFollower() {
		Recorder one = follower(StartAt.oldest());
		Recorder two = follower(StartAt.newest());
		Recorder other = new Recorder();
		other.subscription = this.tails.followable("other", this.source).follow(StartAt.oldest(), other);
		assertThat(this.source.takeReads()).isZero();
		assertThat(this.interest.calls).containsExactly("+numbers", "+other");
		this.threads.runAll();
		one.subscription.close();
		other.subscription.close();
		assertThat(this.interest.calls).containsExactly("+numbers", "+other", "-other");
		two.subscription.close();
		follower(StartAt.oldest());
		assertThat(this.interest.calls).containsExactly("+numbers", "+other", "-other", "-numbers", "+numbers");
	}

	@Test
	void followerThatHasFailedIsOfNoInterest() {
		Recorder failing = follower(StartAt.oldest());
		failing.onEntry = (entry) -> {
			throw new IllegalArgumentException("broken");
		};
		push(0, 1);
		this.threads.runAll();
		assertThat(this.interest.calls).containsExactly("+numbers", "-numbers");
	}

	@Test
	void refusedInterestLeavesNoFollower() {
		this.interest.refusing = true;
		assertThatExceptionOfType(Outage.class).isThrownBy(() -> follower(StartAt.oldest()));
		this.interest.refusing = false;
		follower(StartAt.oldest());
		assertThat(this.interest.calls).containsExactly("+numbers");
	}

	@Test
	void stopEndsAllNormallyAndRefusesOthersUntilTheNextStart() {
		tenIdleFollowers();
		Recorder called = follower(StartAt.oldest());
		push(0, 1);
		this.threads.runRead();
		CompletableFuture<Void> stopped = this.tails.stop();
		assertThat(stopped).isNotDone();
		assertThat(called.subscription.isActive()).isFalse();
		this.threads.runAll();
		assertThat(stopped).isCompletedWithValue(null);
		assertThat(this.followers).allSatisfy((one) -> assertThat(one.ended()).isCompletedWithValue(null));
		assertAllHave(0);
		assertThat(this.interest.calls).containsExactly("+numbers", "-numbers");
		assertThatIllegalStateException().isThrownBy(() -> follower(StartAt.oldest()))
			.withMessageContaining("stack 'numbers'")
			.withMessageContaining("stopping");
		this.tails.start();
		this.followers.clear();
		follower(StartAt.oldest());
		this.threads.runAll();
		assertAllHave(1);
	}

	@Test
	void stopWithoutFollowersIsDoneAtOnce() {
		assertThat(this.tails.stop()).isCompletedWithValue(null);
	}

	@Test
	void rejectedTasksEndFollowersNormally() {
		tenIdleFollowers();
		this.threads.rejecting = true;
		push(0, 1);
		assertThat(this.followers).allSatisfy((one) -> assertThat(one.ended()).isCompletedWithValue(null));
		assertAllHave(0);
	}

	@Test
	void wakeOfAKeyWithoutFollowersDoesNothing() {
		this.tails.wake("unknown");
		assertThat(this.threads.reads).isEmpty();
	}

	/**
	 * A failure that passes.
	 */
	private static final class Outage extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

	/**
	 * Returns one step, and then nothing.
	 */
	private record FixedSource(Changes<String> step) implements TailSource<String> {

		@Override
		public Changes<String> since(Position than, int limit) {
			List<Unreadable> rest = this.step.unreadable();
			if (!rest.isEmpty() && !than.equals(Position.START)) {
				return new Changes<>(List.of(), this.step.cursor(), true, false, false, List.of(), rest);
			}
			return than.equals(Position.START) ? this.step : new Changes<>(List.of(), than, true, false);
		}

		@Override
		public Changes<String> fromOldest(int limit) {
			return this.step;
		}

		@Override
		public Position newest() {
			return this.step.cursor();
		}

		@Override
		public String structure() {
			return "fixed step";
		}

	}

	private static final class RecordedInterest implements Interest<String> {

		final List<String> calls = new ArrayList<>();

		boolean refusing;

		@Override
		public void gained(String key) {
			if (this.refusing) {
				throw new Outage();
			}
			this.calls.add("+" + key);
		}

		@Override
		public void lost(String key) {
			this.calls.add("-" + key);
		}

	}

	/**
	 * Part of a follower.
	 */
	@FunctionalInterface
	private interface Call<A> {

		void on(A argument) throws Exception;

	}

	/**
	 * A follower that records its calls.
	 */
	private static final class Recorder implements Follower<String> {

		final List<Entry<String>> entries = new ArrayList<>();

		final List<Object> all = new ArrayList<>();

		final List<CursorExpiredException> expired = new ArrayList<>();

		final List<Position> caughtUp = new ArrayList<>();

		Call<Entry<String>> onEntry = (entry) -> {
		};

		Call<CursorExpiredException> onExpired = (ex) -> {
			throw ex;
		};

		Runnable onCaughtUp = () -> {
		};

		Subscription subscription = new NoSubscription();

		CompletableFuture<Void> ended() {
			return this.subscription.ended().toCompletableFuture();
		}

		Throwable failure() {
			return ended().handle((nothing, failure) -> {
				assertThat(failure).isNotNull();
				return (failure instanceof CompletionException) ? failure.getCause() : failure;
			}).join();
		}

		@Override
		public void onEntry(Entry<String> entry) throws Exception {
			this.entries.add(entry);
			this.all.add(entry);
			this.onEntry.on(entry);
		}

		@Override
		public void onGone(Gone gone) {
			this.all.add(gone);
		}

		@Override
		public void onExpired(CursorExpiredException ex) throws Exception {
			this.expired.add(ex);
			this.onExpired.on(ex);
		}

		@Override
		public void onCaughtUp(Position cursor) {
			this.caughtUp.add(cursor);
			this.onCaughtUp.run();
		}

	}

	/** None yet. */
	private static final class NoSubscription implements Subscription {

		@Override
		public Position cursor() {
			throw new AssertionError();
		}

		@Override
		public boolean isActive() {
			throw new AssertionError();
		}

		@Override
		public CompletableFuture<Void> ended() {
			throw new AssertionError();
		}

		@Override
		public void close() {
			throw new AssertionError();
		}

	}

	@Test
	void readForWhichNoThreadCanBeStartedIsTriedAgain() {
		tenIdleFollowers();
		this.threads.exhausted = true;
		push(0, 1);
		this.threads.exhausted = false;
		this.threads.runAll();
		assertAllHave(1);
		assertThat(this.source.takeReads()).isOne();
	}

	@Test
	void callForWhichNoThreadCanBeStartedIsTriedAgain() {
		tenIdleFollowers();
		push(0, 1);
		this.threads.exhausted = true;
		this.threads.runRead();
		this.threads.exhausted = false;
		this.threads.runAll();
		assertAllHave(1);
	}

	@Test
	void followersEndWithTheCauseIfNoThreadCanBeStartedForGood() {
		tenIdleFollowers();
		this.threads.exhausted = true;
		this.threads.exhaustedForGood = true;
		push(0, 1);
		assertThat(this.followers)
			.allSatisfy((one) -> assertThat(one.subscription.ended().toCompletableFuture()).isCompletedExceptionally()
				.failsWithin(Duration.ZERO)
				.withThrowableThat()
				.withRootCauseInstanceOf(OutOfMemoryError.class));
		this.threads.exhausted = false;
		this.threads.exhaustedForGood = false;
		this.followers.clear();
		follower(StartAt.oldest());
		this.threads.runAll();
		assertAllHave(1);
	}

	@Test
	void followerWhoseCallIsTriedAgainCanBeClosed() {
		tenIdleFollowers();
		push(0, 1);
		this.threads.exhausted = true;
		this.threads.runRead();
		this.followers.forEach((one) -> one.subscription.close());
		assertThat(this.followers)
			.allSatisfy((one) -> assertThat(one.subscription.ended().toCompletableFuture()).isCompletedWithValue(null));
	}

}
