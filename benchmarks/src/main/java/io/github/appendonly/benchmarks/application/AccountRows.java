package io.github.appendonly.benchmarks.application;

import java.util.List;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A row for each item of many feeds, with plain SQL and an index for reading one feed.
 */
public final class AccountRows {

	/** The name of the table. */
	public static final String TABLE = "bench_account_row";

	private final JdbcClient jdbc;

	AccountRows(JdbcClient jdbc) {
		this.jdbc = jdbc;
		jdbc.sql("create table if not exists " + TABLE + " (account_id bigint not null, " + JdbcItems.DEFINITIONS + ")")
			.update();
		jdbc.sql("create index if not exists " + TABLE + "_by_account on " + TABLE + " (account_id, id)").update();
	}

	/**
	 * Inserts an item.
	 * @param accountId the account
	 * @param order the item
	 */
	public void insert(long accountId, Order order) {
		this.jdbc.sql("insert into " + TABLE + " (account_id, " + JdbcItems.COLUMNS + ") values (?, ?, ?, ?, ?, ?, ?)")
			.param(accountId)
			.params(JdbcItems.columns(order))
			.update();
	}

	/**
	 * The newest items of an account.
	 * @param accountId the account
	 * @param limit the maximum number
	 * @return the items, newest first
	 */
	public List<Order> newest(long accountId, int limit) {
		return this.jdbc
			.sql("select " + JdbcItems.COLUMNS + " from " + TABLE + " where account_id = ? order by id desc limit ?")
			.params(accountId, limit)
			.query(JdbcItems::order)
			.list();
	}

}
