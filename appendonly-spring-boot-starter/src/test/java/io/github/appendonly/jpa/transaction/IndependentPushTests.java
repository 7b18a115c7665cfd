package io.github.appendonly.jpa.transaction;

import java.util.List;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.Numbered;
import io.github.appendonly.Pushes;
import io.github.appendonly.StackBounds;
import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.Writers;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.item.ItemConversionException;
import io.github.appendonly.jpa.user.PhaseListener;
import io.github.appendonly.jpa.user.Purchase;
import io.github.appendonly.jpa.user.PurchaseRepository;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Pushes that stay whatever becomes of the transaction in which they are made. The pool
 * has a single connection, which that transaction holds.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class IndependentPushTests extends DatabaseTests {

	private static final int THREADS = 4;

	private static final int ROUNDS = 5;

	@Override
	protected Node node() {
		return this.database.shared("spring.datasource.hikari.maximum-pool-size=1",
				"spring.datasource.hikari.connection-timeout=10000");
	}

	private Pushes<String> alone() {
		return stack().independently();
	}

	/**
	 * The stack as others see it.
	 */
	private AppendStack<String> seen() {
		return this.database.shared().structures().stack(this.name, String.class);
	}

	private static void rolledBack(TransactionTemplate transaction, Runnable work) {
		transaction.executeWithoutResult((status) -> {
			work.run();
			status.setRollbackOnly();
		});
	}

	@Test
	void itemIsStoredWhenThePushReturnsAndStaysAfterARollback() {
		rolledBack(node().transaction(), () -> {
			stack().push("rolled back");
			alone().push("denied");
			assertHolds(seen(), "denied");
			alone().pushAll(List.of("and", "again"));
			assertHolds(seen(), "denied", "and", "again");
		});
		assertHolds(stack(), "denied", "and", "again");
	}

	@Test
	void itemComesBeforeThoseOfTheTransaction() {
		node().inTransaction(() -> {
			stack().push("in");
			alone().push("alone");
		});
		assertHolds(stack(), "alone", "in");
	}

	@Test
	void transactionThatHasTheStackLockedIsNotWaitedFor() {
		rolledBack(node().transaction(), () -> {
			stack().push("rolled back");
			assertHolds(stack(), "rolled back");
			alone().push("alone");
			assertThat(this.database.shared().structures().status(this.name).inbox()).isOne();
		});
		assertHolds(stack(), "alone");
		node().inTransaction(() -> {
			stack().push("in");
			assertHolds(stack(), "alone", "in");
			alone().push("later");
		});
		assertHolds(stack(), "alone", "in", "later");
	}

	@Test
	void threadsThatAllHoldTheirConnectionAreNotStuck() throws Exception {
		Writers.run(THREADS, (thread) -> IntStream.range(0, ROUNDS)
			.forEach((round) -> rolledBack(node().transaction(), () -> alone().push("" + (thread * ROUNDS + round)))));
		assertThat(items(stack())).containsExactlyInAnyOrderElementsOf(Numbered.items(0, THREADS * ROUNDS));
	}

	@Test
	void whatManyThreadsPushGoesThroughOneConnectionOutsideOfThePool() throws Exception {
		Node large = this.database.shared();
		List<Pushes<String>> pushes = List.of(
				large.structures().stack(this.name, String.class, bounds(20, 50)).independently(),
				seen().independently());
		Writers.run(2 * THREADS, (thread) -> rolledBack(large.transaction(), () -> {
			for (int round = 0; round < 5 * ROUNDS; round++) {
				pushes.get((thread + round) % 2).push("" + (thread * 5 * ROUNDS + round));
			}
			if (this.database == TestDatabase.POSTGRESQL) {
				assertThat(connections()).isBetween(1L, 2L); // one of each node
			}
		}));
		assertThat(items(seen())).containsExactlyInAnyOrderElementsOf(Numbered.items(0, 10 * THREADS * ROUNDS));
		assertThat(seen().bounds()).isEqualTo(new StackBounds(20, 50));
	}

	private long connections() {
		return this.database.shared()
			.jdbc()
			.sql("select count(*) from pg_stat_activity where application_name = 'appendonly' and datname = current_database()")
			.query(Long.class)
			.single();
	}

	@Test
	void connectionThatIsBrokenIsReplaced() {
		assumeTrue(this.database == TestDatabase.POSTGRESQL);
		rolledBack(node().transaction(), () -> alone().push("before"));
		this.database.shared()
			.jdbc()
			.sql("select pg_terminate_backend(pid, 60000) from pg_stat_activity where application_name = 'appendonly'")
			.query(Boolean.class)
			.list();
		rolledBack(node().transaction(), () -> {
			try {
				alone().push("perhaps");
			}
			catch (UncertainCommitException ex) {
				assertThat(ex.isFenceable()).isFalse();
				assertThat(ex).hasMessageContaining("'" + this.name + "'");
			}
			alone().push("after");
		});
		assertThat(items(stack())).startsWith("before").endsWith("after").hasSizeBetween(2, 3);
	}

	@Test
	void transactionsThatOnlyReadHaveIndependentPushes() {
		TransactionTemplate readOnly = node().transaction();
		readOnly.setReadOnly(true);
		readOnly.executeWithoutResult((status) -> {
			alone().push("alone");
			stack().afterCommit().push("after");
			assertHolds(seen(), "alone");
		});
		assertHolds(stack(), "alone", "after");
	}

	@Test
	void transactionThatTheDatabaseHasAbortedHasIndependentPushes() {
		PurchaseRepository purchases = node().bean(PurchaseRepository.class);
		purchases.save(new Purchase(this.name));
		assertThatExceptionOfType(DataIntegrityViolationException.class).isThrownBy(() -> node().inTransaction(() -> {
			try {
				node().entityManager().persist(new Purchase(this.name));
				purchases.flush();
			}
			catch (DataIntegrityViolationException ex) {
				alone().push("twice");
				throw ex;
			}
		}));
		assertHolds(stack(), "twice");
	}

	@Test
	void transactionOfOtherKindsHasIndependentPushes() {
		TransactionTemplate jdbc = new TransactionTemplate(
				new DataSourceTransactionManager(node().bean(DataSource.class)));
		rolledBack(jdbc, () -> {
			assertThat(node().jdbc().sql("select 1").query(Integer.class).single()).isOne();
			alone().push("alone");
			stack().afterCommit().push("rolled back");
			assertHolds(seen(), "alone");
		});
		jdbc.executeWithoutResult((status) -> {
			assertThat(node().jdbc().sql("select 1").query(Integer.class).single()).isOne();
			stack().afterCommit().push("after");
			assertHolds(seen(), "alone");
		});
		assertHolds(stack(), "alone", "after");
	}

	@Test
	void rollbackToASavepointTakesNoIndependentPush() {
		PlatformTransactionManager transactionManager = SavepointDialect
			.transactionManager(node().bean(EntityManagerFactory.class));
		TransactionTemplate outer = new TransactionTemplate(transactionManager);
		TransactionTemplate nested = new TransactionTemplate(transactionManager);
		nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		outer.executeWithoutResult((status) -> {
			stack().afterCommit().push("after 1");
			rolledBack(nested, () -> {
				stack().push("in");
				alone().push("alone");
				stack().afterCommit().push("in too");
			});
			stack().afterCommit().push("after 2");
		});
		assertHolds(stack(), "alone", "after 1", "after 2");
	}

	@Test
	void callbacksOfATransactionHaveIndependentPushes() {
		node().inTransaction(() -> {
			for (TransactionPhase phase : List.of(TransactionPhase.BEFORE_COMMIT, TransactionPhase.AFTER_COMMIT)) {
				node().publish(new PhaseListener.Event(phase, () -> {
					alone().push("alone " + phase);
					stack().afterCommit().push("after " + phase);
				}));
			}
			node().entityManager()
				.persist(new Purchase(this.name).onPostPersist(() -> alone().push("alone in the flush")));
		});
		assertThat(items(stack())).containsExactly("alone BEFORE_COMMIT", "alone in the flush", "after BEFORE_COMMIT",
				"alone AFTER_COMMIT", "after AFTER_COMMIT");
	}

	@Test
	void withoutAConnectionOutsideOfThePoolASecondOneOfThePoolIsTaken() {
		Node large = idleNode();
		Pushes<String> pushes = large.structures().stack(this.name, String.class).independently();
		rolledBack(large.transaction(), () -> {
			pushes.push("alone");
			assertThat(inboxRows()).isOne();
		});
		large.inTransaction(
				() -> large.structures().stack(this.name, String.class).afterCommit().push("after the commit"));
		assertHolds(seen(), "alone", "after the commit");
		try (Node small = this.database.shared()
			.another("appendonly.group-commit.enabled=false", "spring.datasource.hikari.maximum-pool-size=1",
					"spring.datasource.hikari.connection-timeout=250")) {
			AppendStack<String> stack = small.structures().stack(this.name, String.class);
			small.inTransaction(() -> {
				assertThatExceptionOfType(DataAccessResourceFailureException.class)
					.isThrownBy(() -> stack.independently().push("too many"))
					.withMessageContaining("the pool has none left")
					.withMessageContaining("Make the pool larger");
				stack.push("in");
			});
			small.inTransaction(() -> stack.afterCommit().push("after"));
		}
		assertHolds(seen(), "alone", "after the commit", "in", "after");
	}

	@Test
	void whatWaitsForTheCommitIsPushedAfterItAndNotAfterARollback() {
		rolledBack(node().transaction(), () -> stack().afterCommit().push("rolled back"));
		assertThat(stack()).isEmpty();
		node().inTransaction(() -> {
			stack().afterCommit().push("after 1");
			stack().push("in");
			stack().afterCommit().pushAll(List.of("after 2", "after 3"));
			assertHolds(stack(), "in");
			assertThat(seen()).isEmpty();
		});
		assertThat(stack().newest()).map(Entry::item).contains("after 3");
		assertHolds(stack(), "in", "after 1", "after 2", "after 3");
	}

	@Test
	void failureAfterTheCommitNeverReachesTheCaller() {
		AppendStack<Cyclic> unwritable = node().structures().stack(this.name + "-cyclic", Cyclic.class);
		PurchaseRepository purchases = node().bean(PurchaseRepository.class);
		node().jdbc()
			.sql("alter table appendonly_inbox add constraint refused check (name <> '" + this.name + "')")
			.update();
		try {
			node().inTransaction(() -> {
				stack().afterCommit().push("refused");
				unwritable.afterCommit().push(new Cyclic());
				stack(this.name + "-other").afterCommit().push("fine");
				purchases.save(new Purchase(this.name));
			});
			node().inTransaction(() -> assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> alone().push("refused")));
		}
		finally {
			node().jdbc().sql("alter table appendonly_inbox drop constraint refused").update();
		}
		assertThat(purchases.findById(this.name)).isPresent();
		assertThat(stack()).isEmpty();
		assertThat(unwritable).isEmpty();
		assertHolds(stack(this.name + "-other"), "fine");
		assertThatExceptionOfType(ItemConversionException.class)
			.isThrownBy(() -> unwritable.afterCommit().push(new Cyclic()));
	}

	@Test
	void whatIsPushedAfterTheCommitWaitsForNobodysLock() {
		Node large = this.database.shared();
		AppendStack<String> stack = seen();
		TransactionTemplate inner = large.transaction();
		inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		large.inTransaction(() -> {
			stack.push("outer");
			assertHolds(stack, "outer");
			inner.executeWithoutResult((status) -> {
				stack.afterCommit().push("inner");
				stack.independently().push("alone");
			});
			rolledBack(inner, () -> stack.afterCommit().push("rolled back"));
		});
		assertHolds(stack, "outer", "alone", "inner");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void databaseThatRefusesTheConnectionHasOneOfThePool(CapturedOutput output) {
		assumeTrue(this.database == TestDatabase.POSTGRESQL);
		TestDatabase.Url created = this.database.create();
		TestDatabase.Url url = new TestDatabase.Url(created.url().replaceAll("[?].*", "")); // it
																							// names
																							// a
																							// user
		node().jdbc().sql("create role limited login password 'limited' connection limit 2").update();
		node().jdbc().sql("alter database " + url.name() + " owner to limited").update();
		try (Node limited = url.start("spring.datasource.username=limited", "spring.datasource.password=limited",
				"spring.datasource.hikari.maximum-pool-size=2", "spring.datasource.hikari.minimum-idle=2")) {
			assertThat(limited.jdbc().sql("select current_user").query(String.class).single()).isEqualTo("limited");
			AppendStack<String> stack = limited.structures().stack(this.name, String.class);
			await().until(() -> ((HikariDataSource) limited.bean(DataSource.class)).getHikariPoolMXBean()
				.getTotalConnections() == 2);
			rolledBack(limited.transaction(), () -> stack.independently().push("alone"));
			rolledBack(limited.transaction(), () -> stack.independently().push("again"));
			assertHolds(stack, "alone", "again");
			assertThat(output.getOut().split("refuses a connection outside of the pool", -1)).hasSize(2);
		}
	}

	@Test
	void threadsThatPushAfterTheirCommitAreNotStuck() throws Exception {
		Writers.run(THREADS, (thread) -> IntStream.range(0, ROUNDS).forEach((round) -> {
			String item = "" + (thread * ROUNDS + round);
			node().inTransaction(() -> stack().afterCommit().push(item));
			assertThat(items(stack())).contains(item);
		}));
		assertThat(items(stack())).containsExactlyInAnyOrderElementsOf(Numbered.items(0, THREADS * ROUNDS));
	}

	@Test
	void independentPushThatFailsTellsItsCaller() {
		AppendStack<Cyclic> unwritable = node().structures().stack(this.name, Cyclic.class);
		node().inTransaction(() -> assertThatExceptionOfType(ItemConversionException.class)
			.isThrownBy(() -> unwritable.independently().push(new Cyclic())));
	}

	/**
	 * Cannot be written as JSON.
	 */
	static final class Cyclic {

		@SuppressWarnings("DoNotCallSuggester") // only Jackson calls it
		public Cyclic getSelf() {
			throw new IllegalStateException("No end");
		}

	}

}
