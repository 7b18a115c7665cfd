package io.github.appendonly.jpa.sequencer;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Position;
import io.github.appendonly.Writers;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.StackSettings;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.CannotCreateTransactionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * A stack on PostgreSQL that several nodes compete for: pushes go through its inbox. A
 * trigger makes updates of the stack's row find nothing, as if other nodes had been
 * faster.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContentionTests {

	private static final int WRITERS = 8;

	private static final int PUSHES = 50;

	private final Node node = TestDatabase.POSTGRESQL.start("spring.datasource.hikari.connection-timeout=500",
			"spring.datasource.hikari.maximum-pool-size=4");

	private String name = "";

	@BeforeAll
	void createTrigger() {
		sql("create table races (lost integer not null)");
		sql("insert into races values (0)");
		sql("""
				create function lose() returns trigger language plpgsql as $$ begin
					update races set lost = lost - 1 where lost > 0;
					if found then return null; end if;
					return new;
				end $$""");
		sql("create table enqueued (max_layers integer, items text not null)");
		sql("""
				create function enqueue() returns trigger language plpgsql as $$ begin
					insert into enqueued values (new.max_layers, new.items);
					return new;
				end $$""");
		sql("create trigger enqueue before insert on appendonly_inbox for each row execute function enqueue()");
		sql("create trigger lose before update on appendonly_stack for each row execute function lose()");
	}

	@AfterAll
	void close() {
		this.node.close();
	}

	/**
	 * Each test has a stack of its own: one that another test has woken may still be
	 * placed.
	 */
	@BeforeEach
	void contendedStack() {
		this.name = Node.newName();
		sql("delete from enqueued");
		stack().push("remembered");
		loseRaces(2);
		stack().push("lost");
		assertThat(jdbc().sql("select lost from races").query(Integer.class).single()).isZero();
	}

	private AppendStack<String> stack() {
		return this.node.structures().stack(this.name, String.class);
	}

	private AppendStack<String> stack(Consumer<StackSettings<String>> settings) {
		return this.node.structures().stack(this.name, String.class, settings);
	}

	private void loseRaces(int number) {
		jdbc().sql("update races set lost = ?").param(number).update();
	}

	private JdbcClient jdbc() {
		return this.node.jdbc();
	}

	private void sql(String statement) {
		jdbc().sql(statement).update();
	}

	/**
	 * How many rows the inbox has had.
	 */
	private long enqueued() {
		return jdbc().sql("select count(*) from enqueued").query(Long.class).single();
	}

	private List<Enqueued> enqueuedRows() {
		return jdbc().sql("select max_layers, items from enqueued where max_layers is not null")
			.query((row, number) -> new Enqueued(row.getInt(1), row.getString(2)))
			.list();
	}

	/**
	 * A row that the inbox has had.
	 */
	private record Enqueued(int maxLayers, String items) {
	}

	@Test
	void itIsPlacedAgainAfterAnotherNodeHasDroppedIt() {
		sql("delete from appendonly_inbox");
		sql("delete from appendonly_slice");
		sql("delete from appendonly_stack");
		sql("insert into appendonly_inbox (name, length, items) values ('" + this.name + "', 1, '[\"first\"]')");
		assertThat(DatabaseTests.items(stack())).containsExactly("first");
	}

	@Test
	void pushesGoThroughTheInboxInTheirOrder() {
		long before = enqueued();
		stack().push("a");
		stack().pushAll(List.of("b", "c"));
		assertThat(enqueued()).isEqualTo(before + 2);
		assertThat(stack().pushAsync("d").join()).isEqualTo(new Position(0, 5));
		stack().push("e");
		DatabaseTests.assertHolds(stack(), "remembered", "lost", "a", "b", "c", "d", "e");
	}

	@Test
	void itIsPlacedWithoutARead() {
		stack().push("a");
		await().atMost(DatabaseTests.WAIT)
			.until(() -> this.node.structures().status(this.name).newest(), Optional.of(new Position(0, 2))::equals);
	}

	@Test
	void pushesThatAPrunerMayRefuseDoNotGoThroughTheInbox() {
		long before = enqueued();
		AppendStack<String> refusing = stack(DatabaseTests.bounds(1, 1).andThen((with) -> with.pruner((layer) -> {
			throw new IllegalStateException("refused");
		})));
		assertThatIllegalStateException().isThrownBy(() -> refusing.push("a")).withMessage("refused");
		assertThat(enqueued()).isEqualTo(before);
		DatabaseTests.assertHolds(stack(), "remembered", "lost");
	}

	@Test
	void eachPushKeepsItsTerms() throws Exception {
		List<AppendStack<String>> stacks = new ArrayList<>();
		for (int maxLayers = 100; maxLayers < 100 + WRITERS; maxLayers++) {
			stacks.add(stack(DatabaseTests.bounds(maxLayers, 1)));
		}
		ConcurrentLinkedQueue<String> pushed = new ConcurrentLinkedQueue<>();
		Writers.run(WRITERS, (writer) -> {
			for (int i = 0; i < PUSHES; i++) {
				String item = writer + ":" + i;
				stacks.get(writer).push(item);
				pushed.add(item);
			}
		});
		List<String> items = DatabaseTests.items(stack());
		assertThat(items).doesNotHaveDuplicates();
		assertThat(pushed).containsAll(items);
		assertThat(enqueuedRows()).isNotEmpty()
			.allSatisfy((row) -> assertThat(row.items().split(","))
				.allMatch((item) -> item.contains("\"" + (row.maxLayers() - 100) + ":")));
	}

	@Test
	void pushThatGetsNoConnectionHasCertainlyNotHappened() throws Exception {
		List<Connection> taken = new ArrayList<>();
		try {
			for (int i = 0; i < 4; i++) {
				taken.add(this.node.bean(DataSource.class).getConnection());
			}
			assertThatExceptionOfType(CannotCreateTransactionException.class).isThrownBy(() -> stack().push("a"));
		}
		finally {
			for (Connection connection : taken) {
				connection.close();
			}
		}
		DatabaseTests.assertHolds(stack(), "remembered", "lost");
	}

	@Test
	void itIsLeftBehindWhenNobodyContends() {
		for (int i = 0; i < 100; i++) {
			stack().push("item " + i);
			assertThat(stack().newest()).isPresent();
		}
		long before = enqueued();
		stack().push("last");
		assertThat(enqueued()).isEqualTo(before);
	}

}
