package io.github.appendonly.benchmarks.application;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/**
 * The row that a transaction writes besides the item that it pushes.
 */
@Entity
@Table(name = "bench_business_row")
public class BusinessRow {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private @Nullable Long id;

	@Column(nullable = false)
	private long number;

	@Column(nullable = false)
	private String customer = "";

	/**
	 * For Hibernate.
	 */
	protected BusinessRow() {
	}

	/**
	 * Creates the row of an order.
	 * @param order the order
	 */
	public BusinessRow(Order order) {
		this.number = order.number();
		this.customer = order.customer();
	}

	/**
	 * The number of the order.
	 * @return the number
	 */
	public long number() {
		return this.number;
	}

	/**
	 * The customer of the order.
	 * @return the customer
	 */
	public String customer() {
		return this.customer;
	}

}
