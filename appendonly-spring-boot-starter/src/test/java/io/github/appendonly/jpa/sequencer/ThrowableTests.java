package io.github.appendonly.jpa.sequencer;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Numbered;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import org.hibernate.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * Errors and exceptions that come out of a batch at unusual moments.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class ThrowableTests extends DatabaseTests {

	private AppendStack<String> pruning(Node node, Runnable pruner) {
		return node.structures()
			.stack(this.name, String.class, bounds(1, 2).andThen((with) -> with.pruner((layer) -> pruner.run())));
	}

	private static void onConnection(Node node, ConnectionWork work) {
		node.entityManager().unwrap(Session.class).doWork(work::execute);
	}

	/**
	 * Something to do with a connection.
	 */
	private interface ConnectionWork {

		void execute(Connection connection) throws SQLException;

	}

	/**
	 * From the deepest frame upwards, so that the stack ends at every moment of a push.
	 */
	@Test
	void callersWithoutStackHarmNobody() throws Exception {
		AppendStack<String> stack = stack(bounds(1000, 100));
		List<String> acknowledged = Collections.synchronizedList(new ArrayList<>(Numbered.items(0, 3)));
		List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
		stack.push("0");
		stack.pushAsync("1").join();
		node().inTransaction(() -> stack.push("2"));
		await().atMost(WAIT).until(() -> stack.size() == 3);
		Thread thread = new Thread(null, () -> dive(new AtomicInteger(3000), (item) -> {
			stack.push(item);
			acknowledged.add(item);
		}, failures), "deep", 1024 * 1024);
		thread.start();
		thread.join();
		assertThat(failures).isNotEmpty().hasOnlyElementsOfType(StackOverflowError.class);
		stack.push("after");
		stack.pushAsync("async").join();
		acknowledged.addAll(List.of("after", "async"));
		assertThat(items(stack)).isEqualTo(acknowledged);
	}

	@SuppressWarnings("InfiniteRecursion") // that is its purpose
	private static void dive(AtomicInteger left, Consumer<String> push, List<Throwable> failures) {
		try {
			dive(left, push, failures);
		}
		catch (StackOverflowError ex) {
			// the deepest frame is reached
		}
		int number = left.getAndDecrement();
		if (number > 0) {
			try {
				push.accept("deep " + number);
			}
			catch (StackOverflowError ex) {
				failures.add(ex);
			}
		}
	}

	/**
	 * On a database of its own: on H2, constraints do not outlive the connection that has
	 * made them.
	 */
	@Test
	void failureOfTheRollbackDoesNotHideTheCause() throws Exception {
		IllegalStateException cause = new IllegalStateException("the cause");
		try (Node node = this.database.create().start()) {
			AppendStack<String> stack = pruning(node, () -> {
				onConnection(node, this::kill);
				throw cause;
			});
			stack.pushAll(Numbered.items(0, 2));
			assertThatThrownBy(() -> stack.push("lost")).isSameAs(cause);
			node.bean(DataSource.class).unwrap(HikariDataSource.class).getHikariPoolMXBean().softEvictConnections();
			assertThat(items(node.structures().stack(this.name, String.class))).isEqualTo(Numbered.items(0, 2));
		}
	}

	private void kill(Connection connection) throws SQLException {
		if (this.database == TestDatabase.H2) {
			connection.unwrap(org.h2.jdbc.JdbcConnection.class).close();
		}
		else {
			connection.abort(Runnable::run);
		}
	}

	@Test
	void interruptDoesNotReachTheFilesOfADatabaseInThisProcess(@TempDir Path directory) {
		assumeThat(this.database).isEqualTo(TestDatabase.H2);
		Thread caller = Thread.currentThread();
		List<Thread> pruning = new ArrayList<>();
		try (Node node = new TestDatabase.Url("jdbc:h2:file:" + directory.resolve("interrupted")).start()) {
			AppendStack<String> stack = node.structures()
				.stack(this.name, String.class, bounds(1, 2).andThen((with) -> with.pruner((layer) -> {
					pruning.add(Thread.currentThread());
					caller.interrupt();
				})));
			stack.pushAll(Numbered.items(0, 2));
			stack.push("2");
			assertThat(Thread.interrupted()).isTrue();
			assertThat(pruning).hasSize(1).doesNotContain(caller);
			assertThat(items(stack)).containsExactly("2");
		}
	}

	@Test
	void connectionIsNotUsedAgainAfterAnError() {
		assumeThat(this.database).isEqualTo(TestDatabase.POSTGRESQL);
		AtomicInteger pid = new AtomicInteger();
		AppendStack<String> stack = pruning(node(), () -> {
			onConnection(node(),
					(connection) -> pid.set(connection.unwrap(org.postgresql.PGConnection.class).getBackendPID()));
			throw new AssertionError("in the middle");
		});
		stack.pushAll(Numbered.items(0, 2));
		assertThatThrownBy(() -> stack.push("lost")).isInstanceOf(AssertionError.class);
		await().atMost(WAIT)
			.until(() -> node().jdbc()
				.sql("select count(*) from pg_stat_activity where pid = ?")
				.param(pid.get())
				.query(Integer.class)
				.single() == 0);
		assertThat(items(stack())).isEqualTo(Numbered.items(0, 2));
	}

}
