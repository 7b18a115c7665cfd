package io.github.appendonly.benchmarks.application;

import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/**
 * A row for each item. Its id comes from a sequence, so inserts can be batched.
 */
@Entity
@Table(name = "bench_sequence_item")
public class SequenceItem {

	@Id
	@GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "bench_sequence_item_seq")
	@SequenceGenerator(name = "bench_sequence_item_seq", allocationSize = 50)
	private @Nullable Long id;

	@Embedded
	private OrderColumns columns = new OrderColumns();

	/**
	 * For Hibernate.
	 */
	protected SequenceItem() {
	}

	/**
	 * Creates a row for an order.
	 * @param order the order
	 */
	public SequenceItem(Order order) {
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
