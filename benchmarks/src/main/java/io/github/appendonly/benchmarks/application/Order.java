package io.github.appendonly.benchmarks.application;

import java.io.Serializable;

/**
 * The item of all contenders; about 150 bytes as JSON.
 *
 * @param number tells items apart: the worker that made it, and its own count
 * @param customer who ordered
 * @param article what was ordered
 * @param quantity how much of it
 * @param cents the price
 * @param status what became of it
 */
public record Order(long number, String customer, String article, int quantity, long cents,
		String status) implements Serializable {

	private static final String[] STATUSES = { "placed", "paid", "packed", "shipped" };

	/**
	 * An order of a number.
	 * @param number the number
	 * @return the order; the same for the same number
	 */
	public static Order of(long number) {
		int seed = Long.hashCode(number * 0x9E3779B97F4A7C15L) & Integer.MAX_VALUE;
		return new Order(number, "customer-" + (100_000 + seed % 900_000) + "@example.com",
				"article " + (1_000 + seed % 9_000) + ", blue, size M", 1 + seed % 9, 100 + seed % 99_900,
				STATUSES[seed % STATUSES.length]);
	}

}
