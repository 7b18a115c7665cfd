package io.github.appendonly.benchmarks.application;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;

/**
 * An order as columns of a row.
 */
@Embeddable
class OrderColumns {

	@Column(nullable = false)
	private long number;

	@Column(nullable = false)
	private String customer = "";

	@Column(nullable = false)
	private String article = "";

	@Column(nullable = false)
	private int quantity;

	@Column(nullable = false)
	private long cents;

	@Column(nullable = false)
	private String status = "";

	/**
	 * For Hibernate.
	 */
	protected OrderColumns() {
	}

	OrderColumns(Order order) {
		this.number = order.number();
		this.customer = order.customer();
		this.article = order.article();
		this.quantity = order.quantity();
		this.cents = order.cents();
		this.status = order.status();
	}

	Order order() {
		return new Order(this.number, this.customer, this.article, this.quantity, this.cents, this.status);
	}

}
