package io.github.appendonly.follow;

import java.util.ArrayList;
import java.util.List;

import io.github.appendonly.Entry;
import io.github.appendonly.Followable;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import io.github.appendonly.StartAt;
import io.github.appendonly.Subscription;
import io.github.appendonly.memory.InMemoryAppendStack;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A follower that sets the pace, step by step: on the thread of the test.
 */
class PacedFollowerTests {

	private final ManualThreads threads = new ManualThreads();

	private final Tails<String> tails = new Tails<>(this.threads, (failure) -> false, Interest.none());

	private final InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(new StackBounds(100, 100));

	private final CountingSource source = new CountingSource(this.stack);

	private final Followable<String> numbers = this.tails.followable("numbers", this.source);

	private final Paced follower = new Paced();

	private Subscription follow() {
		Subscription subscription = this.numbers.follow(StartAt.oldest(), this.follower);
		this.threads.runAll();
		return subscription;
	}

	@Test
	void nothingIsReadForAFollowerThatWantsNothing() {
		this.stack.pushAll(Numbered.items(0, 500));
		Subscription subscription = follow();
		this.source.takeReads();
		this.tails.wake("numbers");
		this.threads.runAll();
		assertThat(this.follower.calls).isEmpty();
		assertThat(this.source.takeReads()).isZero();
		assertThat(subscription.isActive()).isTrue();
	}

	@Test
	void aFollowerIsAskedBeforeEachCallAndGoesOnWhereItWas() {
		this.stack.pushAll(Numbered.items(0, 500));
		this.follower.wanted = 7;
		Subscription subscription = follow();
		assertThat(this.follower.calls).hasSize(7);
		this.follower.wanted = 3;
		this.threads.runAll();
		assertThat(this.follower.calls).hasSize(7);
		Tails.proceed(subscription);
		this.threads.runAll();
		assertThat(this.follower.calls).hasSize(10);
		this.follower.wanted = 1000;
		Tails.proceed(subscription);
		this.threads.runAll();
		List<Object> all = new ArrayList<>(Numbered.entries(0, 500, 100).stream().map(Entry::position).toList());
		all.add("caught up at 4-99");
		assertThat(this.follower.calls).isEqualTo(all);
	}

	@Test
	void aFollowerThatWantsNothingIsClosed() {
		Subscription subscription = follow();
		subscription.close();
		this.threads.runAll();
		assertThat(subscription.ended()).isCompleted();
		Tails.proceed(subscription);
		this.threads.runAll();
		assertThat(this.follower.calls).isEmpty();
	}

	private static final class Paced implements PacedFollower<String> {

		private final List<Object> calls = new ArrayList<>();

		private int wanted;

		@Override
		public boolean wantsMore() {
			return this.wanted > 0;
		}

		@Override
		public void onEntry(Entry<String> entry) {
			this.wanted--;
			this.calls.add(entry.position());
		}

		@Override
		public void onCaughtUp(Position cursor) {
			this.calls.add("caught up at " + cursor);
		}

	}

}
