package io.github.appendonly.jpa;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

import io.github.appendonly.Family;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Databases that compare texts as a language does: it skips hyphens.
 */
class LinguisticCollationTests {

	private static TestDatabase.Url database() throws SQLException {
		TestDatabase.Url plain = TestDatabase.POSTGRESQL.create();
		String name = plain.name() + "_english";
		try (Connection connection = DriverManager.getConnection(plain.url(), "postgres", "postgres");
				Statement statement = connection.createStatement()) {
			statement.execute("create database " + name
					+ " template template0 encoding 'UTF8' locale_provider icu icu_locale 'en-US-u-ka-shifted'");
		}
		return new TestDatabase.Url(plain.url().replace("/" + plain.name(), "/" + name));
	}

	@Test
	void membersAreListedByIndexAsElsewhere() throws SQLException {
		try (Node node = database().start()) {
			assertThat(node.jdbc()
				.sql("select array_to_string(array_agg(n order by n), ' ') from unnest(array['feed-a', 'feed-c', 'feedb']) n")
				.query(String.class)
				.single()).isEqualTo("feed-a feedb feed-c");
			Family<String> family = node.structures().family("feed-", String.class);
			List<String> members = List.of("B", "a", "c", "\u00E9");
			members.forEach((member) -> family.stack(member).push("1"));
			List.of("feed", "feedb", "feeds-a", "feed.b", "fee-d", "FEED-b")
				.forEach((name) -> node.structures().stack(name, String.class).push("1"));
			node.jdbc().sql("""
					insert into appendonly_stack select n || 'feed' || n, 1, 1, false, false, 0, 0, 0, 0, 0
					from generate_series(1, 20000) n""").update();
			node.jdbc().sql("analyze appendonly_stack").update();
			node.inTransaction(() -> {
				Map<String, Object> before = accesses(node);
				assertThat(family.members("", 2)).containsExactly("B", "a");
				assertThat(family.members("a", 9)).containsExactly("c", "\u00E9");
				Map<String, Object> after = accesses(node);
				assertThat(after.get("seq_scan")).isEqualTo(before.get("seq_scan"));
				assertThat(number(after, "idx_tup_fetch") - number(before, "idx_tup_fetch")).isBetween(1, 10);
			});
			node.inTransaction(() -> node.structures().accumulator("feed-b", String.class).append("1"));
			assertThat(node.structures().accumulatorNames("feed-", "", 9)).containsExactly("feed-b");
			node.jdbc()
				.sql("alter table appendonly_stack alter column name type varchar(200) collate \"default\"")
				.update();
			assertThat(family.members("a", 9)).containsExactly("c", "\u00E9");
		}
	}

	@Test
	void h2MayOrderNamesInAnotherWay() throws SQLException {
		TestDatabase.Url url = TestDatabase.H2.create();
		try (Connection connection = DriverManager.getConnection(url.url(), "sa", "");
				Statement statement = connection.createStatement()) {
			statement.execute("set collation english strength identical");
		}
		try (Node node = url.start()) {
			List<String> members = List.of("a", "B", "c");
			members.forEach((member) -> node.structures().stack("feed-" + member, String.class).push("1"));
			List.of("feed", "feedb", "feeds-a", "feed.b", "fee-d", "FEED-b")
				.forEach((name) -> node.structures().stack(name, String.class).push("1"));
			Family<String> family = node.structures().family("feed-", String.class);
			assertThat(family.members("", 2)).containsExactly("a", "B");
			assertThat(family.members("B", 2)).containsExactly("c");
		}
	}

	private static int number(Map<String, Object> row, String column) {
		return Integer.parseInt(String.valueOf(row.get(column)));
	}

	private static Map<String, Object> accesses(Node node) {
		return node.jdbc()
			.sql("select seq_scan, idx_tup_fetch from pg_stat_xact_user_tables where relname = 'appendonly_stack'")
			.query()
			.singleRow();
	}

}
