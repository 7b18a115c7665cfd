package io.github.appendonly.docs;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.StackBounds;
import io.github.appendonly.memory.InMemoryAppendStack;
import io.github.appendonly.memory.InMemoryArchive;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A test of a user, without a database.
 */
class OrderPagesTests {

	private final Archive<Order> archive = new InMemoryArchive<>();

	private final AppendStack<Order> stack = new InMemoryAppendStack<>(new StackBounds(2, 10), this.archive::addLayer);

	private final OrderPages pages = new OrderPages(new History<>(this.stack, this.archive));

	@Test
	void secondPageGoesOnWhereTheFirstEnds() {
		List<Order> orders = IntStream.range(0, 45)
			.mapToObj((number) -> new Order("" + number, BigDecimal.ONE))
			.toList();
		this.stack.pushAll(orders);
		List<Entry<Order>> first = this.pages.page(Optional.empty());
		List<Entry<Order>> second = this.pages.page(Optional.of(first.get(19).position()));
		assertThat(first.get(0).item()).isEqualTo(orders.get(44));
		assertThat(second.get(0).item()).isEqualTo(orders.get(24));
	}

}
