package io.github.appendonly.benchmarks.application;

/**
 * An {@link Order} that readers may change, so each reader needs its own instance.
 */
@SuppressWarnings("NullAway.Init") // set when it is read
public final class ChangeableOrder {

	/** The unique number. */
	public long number;

	/** The customer. */
	public String customer;

	/** The article. */
	public String article;

	/** The quantity. */
	public int quantity;

	/** The price. */
	public long cents;

	/** The status. */
	public String status;

	/**
	 * The order in its present state.
	 * @return the order
	 */
	public Order order() {
		return new Order(this.number, this.customer, this.article, this.quantity, this.cents, this.status);
	}

}
