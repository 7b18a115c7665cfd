package io.github.appendonly.jpa.table;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.transaction.ShutdownGate;
import io.github.appendonly.jpa.transaction.Tenants;
import io.github.appendonly.jpa.transaction.Transactions;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the statement for all followed stacks sees.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class StackVersionsTests extends DatabaseTests {

	private static final int LOOKS = 20;

	private StackVersions versions(Database product, boolean portable) {
		return versions(node(), product, portable);
	}

	private static StackVersions versions(Node node, Database product, boolean portable) {
		EntityManagerFactory entityManagerFactory = node.bean(EntityManagerFactory.class);
		Transactions transactions = new Transactions(entityManagerFactory, new Tenants(entityManagerFactory),
				node.bean(PlatformTransactionManager.class), Runnable::run, new ShutdownGate(),
				RetryPolicy.withMaxRetries(3));
		Tables names = Tables.of(entityManagerFactory);
		Tables tables = (product == Database.OTHER) ? new Tables(product, names.stack(), names.slice(), names.inbox(),
				names.accumulator(), names.archivedLayer(), names.setAside(), names.subscriber(), names.key()) : names;
		return new StackVersions(transactions, tables, portable);
	}

	private List<StackVersions> all() {
		Database product = Tables.of(node().bean(EntityManagerFactory.class)).database();
		return List.of(versions(product, product != Database.POSTGRESQL), versions(product, true),
				versions(Database.OTHER, true));
	}

	private StackVersions.Seen look(String stack) {
		List<StackVersions.Seen> seen = all().stream()
			.map((versions) -> versions.of(List.of(stack)).getOrDefault(stack, StackVersions.Seen.NOTHING))
			.distinct()
			.toList();
		assertThat(seen).hasSize(1);
		return seen.get(0);
	}

	@Test
	void stackThatDoesNotExistHasNothing() {
		assertThat(look(this.name)).isEqualTo(StackVersions.Seen.NOTHING);
	}

	@Test
	void versionChangesWithEachPlacement() {
		stack().push("a");
		StackVersions.Seen first = look(this.name);
		assertThat(first.version()).isNotNull();
		assertThat(first.waiting()).isNull();
		assertThat(look(this.name)).isEqualTo(first);
		stack().push("b");
		StackVersions.Seen second = look(this.name);
		assertThat(second.version()).isNotNull().isNotEqualTo(first.version());
		node().structures().drop(this.name);
		assertThat(look(this.name)).isEqualTo(StackVersions.Seen.NOTHING);
	}

	@Test
	void lowestIdOfAnInboxIsSeenWithAndWithoutARow() {
		leaveInInbox("a", "b");
		StackVersions.Seen waiting = look(this.name);
		assertThat(waiting.version()).isNull();
		assertThat(waiting.waiting()).isEqualTo(node().jdbc()
			.sql("select min(id) from appendonly_inbox where name = ?")
			.param(this.name)
			.query(Long.class)
			.single());
		stack().push("c");
		assertThat(look(this.name).version()).isNotNull();
		leaveInInbox("d");
		assertThat(look(this.name).version()).isNotNull();
		assertThat(look(this.name).waiting()).isGreaterThan(Objects.requireNonNull(waiting.waiting()));
		stack().push("e");
		assertThat(look(this.name).waiting()).isNull();
	}

	@Test
	void thousandsOfStacksAreSeenTogether() {
		List<String> names = IntStream.range(0, 2000).mapToObj((number) -> this.name + " " + number).toList();
		stack(names.get(0)).push("a");
		stack(names.get(1999)).push("b");
		for (StackVersions versions : all()) {
			Map<String, StackVersions.Seen> seen = versions.of(names);
			assertThat(names.stream()
				.filter((stack) -> seen.getOrDefault(stack, StackVersions.Seen.NOTHING).version() != null))
				.containsExactly(names.get(0), names.get(1999));
		}
	}

	/**
	 * PostgreSQL keeps the plan that it made for empty tables, and believes for long that
	 * they still are.
	 */
	@Test
	void indexesAreFollowedWhateverWasInTheInbox() {
		Assumptions.assumeTrue(this.database == TestDatabase.POSTGRESQL, "H2 has no dead rows");
		try (Node node = this.database.start("spring.datasource.hikari.maximum-pool-size=1")) {
			List<String> names = IntStream.range(0, 1000).mapToObj((number) -> "stack " + number).toList();
			StackVersions versions = versions(node, Database.POSTGRESQL, false);
			lookOften(versions, names);
			node.jdbc().sql("alter table appendonly_inbox set (autovacuum_enabled = false)").update();
			node.jdbc()
				.sql("insert into appendonly_inbox (name, length, items) select 'stack ' || n % 1000, 1, '[1]'"
						+ " from generate_series(1, 100000) n")
				.update();
			node.jdbc().sql("delete from appendonly_inbox").update();
			long before = sequentialScans(node);
			long indexBefore = indexScans(node);
			lookOften(versions, names);
			assertThat(sequentialScans(node)).isEqualTo(before);
			assertThat(indexScans(node) - indexBefore).isEqualTo(2L * LOOKS * names.size());
		}
	}

	/**
	 * The driver and PostgreSQL keep a plan only after a few executions.
	 */
	private static void lookOften(StackVersions versions, List<String> names) {
		for (int i = 0; i < LOOKS; i++) {
			assertThat(versions.of(names)).hasSize(names.size());
		}
	}

	private static long sequentialScans(Node node) {
		return statistic(node, "seq_scan");
	}

	private static long indexScans(Node node) {
		return statistic(node, "idx_scan");
	}

	private static long statistic(Node node, String column) {
		node.jdbc().sql("select pg_stat_force_next_flush()").query((row) -> {
		});
		return node.jdbc()
			.sql("select sum(" + column
					+ ") from pg_stat_user_tables where relname in ('appendonly_stack', 'appendonly_inbox')")
			.query(Long.class)
			.single();
	}

}
