package io.github.appendonly.benchmarks.scenario;

import io.github.appendonly.benchmarks.measure.Check;
import io.github.appendonly.benchmarks.measure.Ledger;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads the rows that a round has inserted.
 */
public final class RowCheck implements Check {

	private final JdbcClient jdbc;

	private final String table;

	private long last = -1;

	/**
	 * Creates a check of the rows that are inserted from the beginning on.
	 * @param jdbc the client for SQL
	 * @param table the table, with an id that grows and the number of the item
	 */
	public RowCheck(JdbcClient jdbc, String table) {
		this.jdbc = jdbc;
		this.table = table;
	}

	/**
	 * Moves to the end, past rows that are not part of any round.
	 */
	void skip() {
		this.last = this.jdbc.sql("select coalesce(max(id), -1) from " + this.table).query(Long.class).single();
	}

	@Override
	public void check(Ledger ledger) {
		this.jdbc.sql("select id, number from " + this.table + " where id > ? order by id")
			.param(this.last)
			.query((row) -> {
				this.last = row.getLong(1);
				ledger.stored(row.getLong(2));
			});
	}

}
