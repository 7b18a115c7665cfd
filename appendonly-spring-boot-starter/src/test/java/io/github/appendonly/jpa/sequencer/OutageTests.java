package io.github.appendonly.jpa.sequencer;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.github.appendonly.AppendStack;
import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.Writers;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.PostgresOutage;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.NestedRuntimeException;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.TransactionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * A database that breaks connections, or refuses new ones.
 */
class OutageTests {

	private static final int WRITERS = 8;

	private final TestDatabase.Url url = TestDatabase.POSTGRESQL.create();

	private final PostgresOutage outage = new PostgresOutage(this.url);

	@AfterEach
	void endOutage() {
		this.outage.close();
	}

	/**
	 * Waits until the pool has a connection again: it tries now and then.
	 */
	private static void awaitConnection(Node node) {
		await().atMost(DatabaseTests.WAIT)
			.ignoreExceptions()
			.until(() -> node.jdbc().sql("select 1").query(Integer.class).single() == 1);
	}

	/**
	 * Waits until the pool has no connection any more. Until then it may hand out one
	 * that is about to break, and a push on that one may have been stored.
	 */
	private static void awaitNoConnection(Node node) {
		await().atMost(DatabaseTests.WAIT)
			.untilAsserted(() -> assertThatExceptionOfType(CannotGetJdbcConnectionException.class)
				.isThrownBy(() -> node.jdbc().sql("select 1").query(Integer.class).single()));
	}

	@Test
	void pushesFailWhileTheDatabaseIsGoneAndSucceedWhenItIsBack() throws Exception {
		try (Node node = this.url.start("spring.datasource.hikari.connection-timeout=300")) {
			AppendStack<String> stack = node.structures().stack("news", String.class);
			stack.push("before");
			this.outage.begin();
			awaitNoConnection(node);
			Writers.run(WRITERS,
					(writer) -> assertThatExceptionOfType(NestedRuntimeException.class)
						.isThrownBy(() -> stack.push("meanwhile"))
						.isInstanceOfAny(TransactionException.class, DataAccessException.class));
			assertThat(stack.pushAsync("meanwhile")).failsWithin(DatabaseTests.WAIT);
			this.outage.end();
			awaitConnection(node);
			stack.push("after");
			DatabaseTests.assertHolds(stack, "before", "after");
		}
	}

	@Test
	void brokenConnectionsLoseNothingThatWasAcknowledged() throws Exception {
		try (Node node = this.url.start()) {
			AppendStack<String> stack = node.structures().stack("news", String.class, DatabaseTests.bounds(1000, 7));
			ConcurrentLinkedQueue<String> acknowledged = new ConcurrentLinkedQueue<>();
			ConcurrentLinkedQueue<String> uncertain = new ConcurrentLinkedQueue<>();
			Phaser pushed = new Phaser(1);
			CountDownLatch broken = new CountDownLatch(1);
			Thread breaker = new Thread(() -> {
				for (int round = 0; round < 10; round++) {
					pushed.awaitAdvance(round);
					this.outage.breakConnections();
				}
				broken.countDown();
			});
			breaker.start();
			Writers.run(WRITERS, (writer) -> {
				for (int i = 0; i < 100 || broken.getCount() > 0; i++) {
					String item = writer + ":" + i;
					try {
						push(node, stack, item, i % 2 == 0);
						acknowledged.add(item);
					}
					catch (DataAccessException | TransactionException | UncertainCommitException ex) {
						uncertain.add(item);
					}
					if (writer == 0 && i % 10 == 9) {
						pushed.arrive();
					}
				}
			});
			breaker.join();
			evictBroken(node);
			List<String> items = DatabaseTests.items(stack);
			assertThat(items).doesNotHaveDuplicates().containsAll(acknowledged);
			List<String> unexpected = new ArrayList<>(items);
			unexpected.removeAll(acknowledged);
			assertThat(uncertain).containsAll(unexpected);
		}
	}

	/**
	 * The pool does not test connections that were used within the last half second. One
	 * of them may have been broken since.
	 */
	private static void evictBroken(Node node) throws SQLException {
		node.bean(DataSource.class).unwrap(HikariDataSource.class).getHikariPoolMXBean().softEvictConnections();
	}

	private static void push(Node node, AppendStack<String> stack, String item, boolean inTransaction) {
		if (inTransaction) {
			node.inTransaction(() -> stack.push(item));
		}
		else {
			stack.push(item);
		}
	}

}
