package io.github.appendonly.benchmarks.application;

import java.util.List;

import org.springframework.jdbc.core.JdbcOperations;

/**
 * The effects of subscribers: a row for each item that one has handled.
 */
public final class HandledItems {

	/** The name of the table. */
	public static final String TABLE = "bench_handled_item";

	private static final String INSERT = "insert into " + TABLE + " (" + JdbcItems.COLUMNS
			+ ") values (?, ?, ?, ?, ?, ?)";

	private final JdbcOperations jdbc;

	/**
	 * Creates the table if it is missing.
	 * @param jdbc the application's client for SQL
	 */
	public HandledItems(JdbcOperations jdbc) {
		this.jdbc = jdbc;
		jdbc.execute("create table if not exists " + TABLE + " (" + JdbcItems.DEFINITIONS + ")");
	}

	/**
	 * Handles an item, in the caller's transaction.
	 * @param order the item
	 */
	public void insert(Order order) {
		this.jdbc.update(INSERT, JdbcItems.columns(order));
	}

	/**
	 * Handles items in one batch, in the caller's transaction.
	 * @param orders the items
	 */
	public void insertAll(List<Order> orders) {
		this.jdbc.batchUpdate(INSERT, orders.stream().map(JdbcItems::columns).toList());
	}

}
