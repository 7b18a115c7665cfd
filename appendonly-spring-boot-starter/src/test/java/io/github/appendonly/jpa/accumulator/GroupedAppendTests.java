package io.github.appendonly.jpa.accumulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

import io.github.appendonly.Accumulator;
import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.Writers;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataIntegrityViolationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * Appends outside transactions, which share their commits.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class GroupedAppendTests extends DatabaseTests {

	private static final int WRITERS = 8;

	private static final String POISON = "poison";

	private Accumulator<String> accumulator() {
		return accumulator(node(), this.name);
	}

	private static Accumulator<String> accumulator(Node node, String name) {
		return node.structures().accumulator(name, String.class);
	}

	@Test
	void itemsOfManyCallersAreThereOnceAndInTheOrderOfEachCaller() throws Exception {
		Writers.run(WRITERS, (writer) -> {
			for (int i = 0; i < Writers.ITEMS; i++) {
				accumulator().append(Writers.item(writer, i));
			}
		});
		Writers.assertComplete(accumulator().consume(), WRITERS);
	}

	@Test
	void appendsWithoutGroupCommitAreThereOnceAndInTheOrderOfEachCaller() throws Exception {
		Writers.run(WRITERS, (writer) -> {
			for (int i = 0; i < Writers.ITEMS; i++) {
				accumulator(idleNode(), this.name).append(Writers.item(writer, i));
			}
		});
		Writers.assertComplete(accumulator().consume(), WRITERS);
	}

	@Test
	void eachAccumulatorGetsItsOwnItems() throws Exception {
		Writers.run(WRITERS, (writer) -> {
			Accumulator<String> own = accumulator(node(), this.name + "-" + writer);
			for (int i = 0; i < Writers.ITEMS; i++) {
				own.append(Writers.item(writer, i));
			}
			assertThat(own.consume()).isEqualTo(Writers.items(writer));
		});
	}

	@Test
	void appendThatTheDatabaseRefusesIsNotTheFailureOfOthers() throws Exception {
		String table = "alter table appendonly_accumulator ";
		String constraint = "refuses_" + this.name.replace('-', '_');
		node().jdbc()
			.sql(table + "add constraint " + constraint + " check (name <> '" + this.name + "' or items <> '[\""
					+ POISON + "\"]')")
			.update();
		try {
			Writers.run(WRITERS, (writer) -> {
				for (int i = 0; i < Writers.ITEMS; i++) {
					if (writer % 2 == 0 && i % 10 == 5) {
						assertThatExceptionOfType(DataIntegrityViolationException.class)
							.isThrownBy(() -> accumulator().append(POISON));
					}
					accumulator().append(Writers.item(writer, i));
				}
			});
		}
		finally {
			node().jdbc().sql(table + "drop constraint " + constraint).update();
		}
		Writers.assertComplete(accumulator().consume(), WRITERS);
	}

	/**
	 * The name of a transaction is in each of its rows.
	 */
	@Test
	void callersThatWaitShareACommit() throws Exception {
		assumeThat(this.database).isEqualTo(TestDatabase.POSTGRESQL);
		List<Thread> callers = new ArrayList<>();
		node().inTransaction(() -> {
			node().jdbc().sql("lock table appendonly_accumulator in share mode").update();
			for (int i = 0; i < WRITERS; i++) {
				Thread caller = new Thread(() -> accumulator().append("a"));
				caller.start();
				callers.add(caller);
			}
			await().atMost(WAIT)
				.until(() -> callers.stream().filter(GroupedAppendTests::waitsForItsBatch).count(),
						(waiting) -> waiting == WRITERS - 1);
		});
		for (Thread caller : callers) {
			caller.join();
		}
		assertThat(node().jdbc()
			.sql("select count(distinct xmin::text) from appendonly_accumulator where name = ?")
			.param(this.name)
			.query(Integer.class)
			.single()).isLessThanOrEqualTo(2);
		assertThat(accumulator().consume()).hasSize(WRITERS).containsOnly("a");
	}

	private static boolean waitsForItsBatch(Thread caller) {
		return caller.getState() == Thread.State.WAITING && Stream.of(caller.getStackTrace())
			.anyMatch((frame) -> frame.getClassName().startsWith("io.github.appendonly.commit.Ticket"));
	}

	@Test
	void appendWhoseConnectionBreaksIsUncertain() throws Exception {
		assumeThat(this.database).isEqualTo(TestDatabase.POSTGRESQL);
		FutureTask<Void> append = new FutureTask<>(() -> {
			accumulator().append("a");
			return null;
		});
		node().inTransaction(() -> {
			node().jdbc().sql("lock table appendonly_accumulator in share mode").update();
			new Thread(append).start();
			await().atMost(WAIT).until(this::breakAppends, (broken) -> broken > 0);
			assertThatExceptionOfType(UncertainCommitException.class).isThrownBy(() -> {
				try {
					append.get();
				}
				catch (java.util.concurrent.ExecutionException ex) {
					throw ex.getCause();
				}
			}).withMessageContaining("'" + this.name + "'").matches((failure) -> !failure.isFenceable());
		});
		assertThat(accumulator()).isEmpty();
	}

	private int breakAppends() {
		return node().jdbc()
			.sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
					+ " and wait_event_type = 'Lock' and query like 'insert into appendonly_accumulator%'")
			.query(Boolean.class)
			.list()
			.size();
	}

	@Test
	void interruptOfACallerNeitherStopsItsAppendNorGetsLost() {
		Thread.currentThread().interrupt();
		accumulator().append("a");
		assertThat(Thread.interrupted()).isTrue();
		assertThat(accumulator().consume()).containsExactly("a");
	}

	@Test
	void longTextsAreAppendedToo() throws Exception {
		Queue<String> appended = new ConcurrentLinkedQueue<>();
		Writers.run(WRITERS, (writer) -> {
			String text = Writers.item(writer, 0).repeat(writer % 2 == 0 ? 50_000 : 1);
			accumulator().append(text);
			appended.add(text);
		});
		assertThat(accumulator().consume()).containsExactlyInAnyOrderElementsOf(appended);
	}

}
