package io.github.appendonly.benchmarks.application;

import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/**
 * A row for each item, with an identity as its id. Most applications would do that.
 */
@Entity
@Table(name = "bench_feed_item")
public class FeedItem {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private @Nullable Long id;

	@Embedded
	private OrderColumns columns = new OrderColumns();

	/**
	 * For Hibernate.
	 */
	protected FeedItem() {
	}

	/**
	 * Creates a row for an order.
	 * @param order the order
	 */
	public FeedItem(Order order) {
		this.columns = new OrderColumns(order);
	}

	/**
	 * The order of the row.
	 * @return the order
	 */
	public Order order() {
		return this.columns.order();
	}

}
