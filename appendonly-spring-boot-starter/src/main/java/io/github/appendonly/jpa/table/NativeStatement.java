package io.github.appendonly.jpa.table;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * A JDBC statement that is built from parts, each with its parameters. Hibernate
 * translates a writing HQL statement each time it runs, which takes longer than the rest
 * of a batch.
 */
final class NativeStatement {

	/**
	 * Reads a row.
	 *
	 * @param <R> the type that the row is read as
	 */
	@FunctionalInterface
	interface RowReader<R> {

		R read(ResultSet row) throws SQLException;

	}

	private static final String BY_INDEX = "select set_config('enable_seqscan', 'off', true),"
			+ " set_config('plan_cache_mode', 'force_generic_plan', true)";

	private final List<String> parts = new ArrayList<>();

	private final List<@Nullable Object> parameters = new ArrayList<>();

	private int timeout;

	private String prefix = "";

	/**
	 * Has PostgreSQL look all rows up through indexes, whatever it knows of the size of
	 * the tables. It keeps the plan of a statement for long, and a plan that was made for
	 * a small table reads the whole of a large one. It also keeps the first plan, instead
	 * of making a few more. Settings that end with the statement do this, in the same
	 * round trip. Each statement must commit by itself.
	 * @param columns the number of columns of the result, at least 2; with
	 * {@code prepareThreshold=-1}, the driver expects as many from each statement of a
	 * round trip
	 */
	NativeStatement byIndex(int columns) {
		this.prefix = BY_INDEX + ", null".repeat(columns - 2) + ";\n";
		return this;
	}

	/**
	 * Limits the time that the statement may take.
	 * @param seconds the time in seconds; no limit if it is not positive
	 */
	NativeStatement timeout(int seconds) {
		this.timeout = seconds;
		return this;
	}

	/**
	 * Adds a part.
	 * @param part the text, with a question mark for each parameter
	 * @param parameters the parameters; arrays of {@code Long}, {@code Integer},
	 * {@code Boolean} and {@code String} become arrays of the database
	 */
	NativeStatement add(String part, Object... parameters) {
		this.parts.add(part);
		this.parameters.addAll(List.of(parameters));
		return this;
	}

	/**
	 * Adds a part with one parameter that may be null.
	 */
	NativeStatement addOptional(String part, @Nullable Object parameter) {
		this.parts.add(part);
		this.parameters.add(parameter);
		return this;
	}

	/**
	 * Executes the statement.
	 * @return the first row, if any
	 */
	<R> Optional<R> query(Connection connection, RowReader<R> reader) throws SQLException {
		List<R> rows = queryAll(connection, reader);
		return rows.stream().findFirst();
	}

	/**
	 * Executes the statement.
	 * @return all rows
	 */
	<R> List<R> queryAll(Connection connection, RowReader<R> reader) throws SQLException {
		return queryWhole(connection, (rows) -> {
			List<R> read = new ArrayList<>();
			while (rows.next()) {
				read.add(reader.read(rows));
			}
			return read;
		});
	}

	/**
	 * Executes the statement.
	 * @param reader reads all rows, from before the first one
	 */
	<R> R queryWhole(Connection connection, RowReader<R> reader) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(this.prefix + sql())) {
			prepare(connection, statement);
			statement.execute();
			if (!this.prefix.isEmpty()) {
				statement.getMoreResults();
			}
			try (ResultSet rows = statement.getResultSet()) {
				return reader.read(rows);
			}
		}
	}

	/**
	 * Returns the text. A statement of one part is that part: drivers find a text fast
	 * that they have seen before.
	 */
	private String sql() {
		return (this.parts.size() == 1) ? this.parts.get(0) : String.join("\n", this.parts);
	}

	/**
	 * Executes the statement.
	 * @return the number of rows that it changed
	 */
	int update(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql())) {
			prepare(connection, statement);
			return statement.executeUpdate();
		}
	}

	private void prepare(Connection connection, PreparedStatement statement) throws SQLException {
		if (this.timeout > 0) {
			statement.setQueryTimeout(this.timeout);
		}
		for (int i = 0; i < this.parameters.size(); i++) {
			bind(connection, statement, i + 1, this.parameters.get(i));
		}
	}

	private static void bind(Connection connection, PreparedStatement statement, int index, @Nullable Object parameter)
			throws SQLException {
		if (parameter instanceof Long[] longs) {
			statement.setArray(index, connection.createArrayOf("bigint", longs));
		}
		else if (parameter instanceof Integer[] integers) {
			statement.setArray(index, connection.createArrayOf("integer", integers));
		}
		else if (parameter instanceof Boolean[] booleans) {
			statement.setArray(index, connection.createArrayOf("boolean", booleans));
		}
		else if (parameter instanceof String[] texts) {
			statement.setArray(index, connection.createArrayOf("text", texts));
		}
		else {
			statement.setObject(index, parameter);
		}
	}

}
