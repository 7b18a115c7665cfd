package io.github.appendonly.benchmarks.application;

import java.io.Serializable;

/**
 * The item of all contenders, about 150 bytes as JSON.
 *
 * @param number the unique number: the worker that created it, and the worker's own count
 * @param customer the customer
 * @param article the article
 * @param quantity the quantity
 * @param cents the price
 * @param status the status
 */
public record Order(long number, String customer, String article, int quantity, long cents,
		String status) implements Serializable {

	private static final String[] STATUSES = { "placed", "paid", "packed", "shipped" };

	/**
	 * Creates the order of a number.
	 * @param number the number
	 * @return the order; equal for equal numbers
	 */
	public static Order of(long number) {
		int seed = Long.hashCode(number * 0x9E3779B97F4A7C15L) & Integer.MAX_VALUE;
		return new Order(number, "customer-" + (100_000 + seed % 900_000) + "@example.com",
				"article " + (1_000 + seed % 9_000) + ", blue, size M", 1 + seed % 9, 100 + seed % 99_900,
				STATUSES[seed % STATUSES.length]);
	}

}
