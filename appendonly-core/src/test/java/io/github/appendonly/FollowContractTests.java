package io.github.appendonly;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.appendonly.HistoryContractTests.Archived;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The contract of following a stack or its {@link History}. Extend this class for an
 * implementation. Each call of the factory method must return a new stack and a new
 * archive without items.
 */
public abstract class FollowContractTests {

	protected abstract Archived archived(StackBounds bounds);

	private AppendStack<String> filled(int items) {
		AppendStack<String> stack = archived(new StackBounds(100, 3)).stack();
		stack.pushAll(Numbered.items(0, items));
		return stack;
	}

	@Test
	void followerCatchesUpAndGoesOnLive() throws Exception {
		AppendStack<String> stack = filled(8);
		BlockingQueue<Entry<String>> handed = new LinkedBlockingQueue<>();
		try (Subscription subscription = stack.follow(StartAt.oldest(), handed::add)) {
			assertThat(take(handed, 8)).isEqualTo(Numbered.entries(0, 8, 3));
			Numbered.items(8, 20).forEach(stack::push);
			assertThat(take(handed, 12)).isEqualTo(Numbered.entries(8, 20, 3));
			assertThat(subscription.isActive()).isTrue();
		}
	}

	private static <E> List<E> take(BlockingQueue<E> queue, int count) throws InterruptedException {
		List<E> taken = new ArrayList<>();
		while (taken.size() < count) {
			E next = queue.poll(60, TimeUnit.SECONDS);
			assertThat(next).as("after %s", taken).isNotNull();
			taken.add(next);
		}
		return taken;
	}

}
