package io.github.appendonly.benchmarks.application;

import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.springframework.data.domain.Persistable;

/**
 * An item of the naive stack, with its position as the key.
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
	 * An order at a position.
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
	 * Items are only ever added; this spares a look whether it is there.
	 */
	@Override
	public boolean isNew() {
		return true;
	}

	/**
	 * The order as it was.
	 * @return the order
	 */
	public Order order() {
		return this.columns.order();
	}

}
