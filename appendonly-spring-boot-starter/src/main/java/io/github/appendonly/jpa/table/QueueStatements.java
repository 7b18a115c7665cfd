package io.github.appendonly.jpa.table;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The statements that are the same for both tables of queues.
 *
 * @param table the name of the table
 */
record QueueStatements(String table) {

	boolean anyIn(Connection connection, String name) throws SQLException {
		return new NativeStatement()
			.add("select 1 from " + this.table + " where name = ? fetch first 1 rows only", name)
			.query(connection, (row) -> row.getInt(1))
			.isPresent();
	}

	int delete(Connection connection, String name, List<Long> ids) throws SQLException {
		String marks = "?, ".repeat(ids.size() - 1) + "?";
		return new NativeStatement().add("delete from " + this.table + " where name = ?", name)
			.add("and id in (" + marks + ")", ids.toArray())
			.update(connection);
	}

	int deleteAll(Connection connection, String name) throws SQLException {
		return new NativeStatement().add("delete from " + this.table + " where name = ?", name).update(connection);
	}

}
