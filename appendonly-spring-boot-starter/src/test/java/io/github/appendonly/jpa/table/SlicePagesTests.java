package io.github.appendonly.jpa.table;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.transaction.Transactions;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What PostgreSQL does to read a page. Each plan is one that a connection keeps: it does
 * not depend on the parameters.
 */
class SlicePagesTests {

	private static final int DEAD_ROWS = 100_000;

	private static final Pattern BUFFERS = Pattern.compile("shared hit=(\\d+)(?: read=(\\d+))?");

	private final Node node = TestDatabase.POSTGRESQL.shared();

	private final String name = Node.newName();

	private List<String> statements() {
		Tables tables = Tables.of(this.node.bean(EntityManagerFactory.class));
		return new SlicePages(new Statements(Mockito.mock(Transactions.class)), tables, false).texts();
	}

	/**
	 * Prepares the statements on a connection and lets it make its plans.
	 */
	private static void prepare(Connection connection, List<String> statements) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("set plan_cache_mode = force_generic_plan");
			for (int i = 0; i < statements.size(); i++) {
				String sql = statements.get(i);
				for (int n = 1; sql.contains("?"); n++) {
					sql = sql.replaceFirst("\\?", Matcher.quoteReplacement("$" + n));
				}
				statement.execute("prepare read" + i + " as " + sql);
			}
		}
	}

	private String explain(Connection connection, int number) throws SQLException {
		boolean stamps = number % 2 == 1;
		String cut = (number < 2) ? "4611686018427387903, 0" : "0, 0";
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("explain (analyze, buffers, timing off) execute read" + number
						+ "(" + (stamps ? "array[1, 2], " : "") + "'" + this.name + "', " + cut + ", 20, 20)")) {
			List<String> lines = new ArrayList<>();
			while (rows.next()) {
				lines.add(rows.getString(1));
			}
			return String.join("\n", lines);
		}
	}

	private static int buffers(String plan) {
		Matcher top = BUFFERS.matcher(plan);
		assertThat(top.find()).as(plan).isTrue();
		return Integer.parseInt(top.group(1)) + ((top.group(2) != null) ? Integer.parseInt(top.group(2)) : 0);
	}

	private void fillInboxAndEmptyIt(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("insert into appendonly_inbox (name, length, items) select 'other', 1, '[1]'"
					+ " from generate_series(1, " + DEAD_ROWS + ")");
			statement.execute("delete from appendonly_inbox where name = 'other'");
		}
	}

	/**
	 * The plans are made while the inbox is empty, and vacuum and analyze know it. Then
	 * it fills up with dead rows, which a snapshot holds. Then they may go.
	 */
	@Test
	void deadRowsInTheInboxCostNothing() throws SQLException {
		AppendStack<String> stack = this.node.structures().stack(this.name, String.class);
		IntStream.range(0, 20).forEach((i) -> stack.push("item " + i));
		List<String> statements = statements();
		DataSource dataSource = this.node.bean(DataSource.class);
		try (Connection snapshot = dataSource.getConnection(); Connection connection = dataSource.getConnection()) {
			try (Statement statement = connection.createStatement()) {
				statement.execute("vacuum analyze appendonly_inbox");
			}
			prepare(connection, statements);
			List<Integer> before = buffers(connection, statements);
			snapshot.setAutoCommit(false);
			snapshot.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			try (Statement statement = snapshot.createStatement()) {
				statement.execute("select 1 from appendonly_inbox");
				fillInboxAndEmptyIt(connection);
				assertAbout(before, buffers(connection, statements));
			}
			snapshot.rollback();
			assertAbout(before, buffers(connection, statements));
			assertThat(stack.newest(20)).extracting(Entry::item).startsWith("item 19").endsWith("item 0");
			try (Statement statement = connection.createStatement()) {
				statement.execute("deallocate all");
				statement.execute("reset plan_cache_mode");
				statement.execute("vacuum analyze appendonly_inbox");
			}
		}
	}

	/**
	 * The index of the inbox has become deeper.
	 */
	private static void assertAbout(List<Integer> before, List<Integer> now) {
		assertThat(now).zipSatisfy(before, (a, b) -> assertThat(a).isLessThan(b + 10));
	}

	private List<Integer> buffers(Connection connection, List<String> statements) throws SQLException {
		List<Integer> buffers = new ArrayList<>();
		for (int i = 0; i < statements.size(); i++) {
			explain(connection, i); // the first one also looks into the catalog, or marks
									// entries of the index as dead
			String plan = explain(connection, i);
			assertThat(plan).doesNotContain("Seq Scan on appendonly_inbox");
			buffers.add(buffers(plan));
		}
		return buffers;
	}

}
