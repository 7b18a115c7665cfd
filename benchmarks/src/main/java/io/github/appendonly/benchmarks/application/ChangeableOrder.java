package io.github.appendonly.benchmarks.application;

/**
 * An {@link Order} that its readers may change, so that each has to get its own.
 */
@SuppressWarnings("NullAway.Init") // set when it is read
public final class ChangeableOrder {

	/** Tells items apart. */
	public long number;

	/** Who ordered. */
	public String customer;

	/** What was ordered. */
	public String article;

	/** How much of it. */
	public int quantity;

	/** The price. */
	public long cents;

	/** What became of it. */
	public String status;

	/**
	 * What it is by now.
	 * @return the order
	 */
	public Order order() {
		return new Order(this.number, this.customer, this.article, this.quantity, this.cents, this.status);
	}

}
