package io.github.appendonly.benchmarks.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.StackBounds;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.memory.InMemoryAppendStack;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that a follower finds what is wrong.
 */
class FollowerTests {

	private final List<String> faults = new ArrayList<>();

	private final List<Order> found = new ArrayList<>();

	@Test
	void readsWhatIsNew() {
		AppendStack<Order> stack = stack(StackBounds.DEFAULT);
		Follower follower = new Follower(stack);
		stack.pushAll(orders(50));
		follower.skip();
		stack.pushAll(orders(150));
		follower.read(this.faults::add, this.found::add);
		assertThat(this.found).isEqualTo(orders(150));
		assertThat(this.faults).isEmpty();
	}

	@Test
	void findsThatItemsAreGone() {
		AppendStack<Order> stack = stack(StackBounds.DEFAULT.withMaxLayers(1));
		Follower follower = new Follower(stack);
		stack.pushAll(orders(50));
		follower.skip();
		stack.pushAll(orders(150));
		follower.read(this.faults::add, this.found::add);
		assertThat(this.faults).isNotEmpty();
	}

	@Test
	void findsPositionsThatDoNotFollow() {
		AppendStack<Order> stack = stack(StackBounds.DEFAULT.withMaxLength(99));
		stack.pushAll(orders(100));
		new Follower(stack).read(this.faults::add, this.found::add);
		assertThat(this.faults).hasSize(1);
	}

	@Test
	void findsAGapInAPage() {
		AppendStack<Order> stack = stack(StackBounds.DEFAULT);
		stack.pushAll(orders(150));
		List<Entry<Order>> page = new ArrayList<>(stack.newest(100));
		Follower.requireConsecutive(page);
		page.remove(60);
		assertThatExceptionOfType(LostItemsException.class).isThrownBy(() -> Follower.requireConsecutive(page));
	}

	private static AppendStack<Order> stack(StackBounds bounds) {
		return new InMemoryAppendStack<>(bounds);
	}

	private static List<Order> orders(int count) {
		return LongStream.range(0, count).mapToObj(Order::of).toList();
	}

}
