package io.github.appendonly.benchmarks.application;

import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.springframework.data.domain.Persistable;

/**
 * An item of the naive stack. Its position is the key.
 */
@Entity
@Table(name = "bench_naive_item")
public class NaiveItem implements Persistable<Long> {

	@Id
	private long id;

	@Embedded
	private OrderColumns columns = new OrderColumns();

	/**
	 * For Hibernate.
	 */
	protected NaiveItem() {
	}

	/**
	 * Creates an order at a position.
	 * @param position the position
	 * @param order the order
	 */
	public NaiveItem(long position, Order order) {
		this.id = position;
		this.columns = new OrderColumns(order);
	}

	@Override
	public Long getId() {
		return this.id;
	}

	/**
	 * Always true, since items are only added. That saves a query for an existing row.
	 */
	@Override
	public boolean isNew() {
		return true;
	}

	/**
	 * The order of the row.
	 * @return the order
	 */
	public Order order() {
		return this.columns.order();
	}

}
