package io.github.appendonly.jpa.key;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.Pushed;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.table.KeyTable;
import io.github.appendonly.jpa.table.StructureTables;
import io.github.appendonly.jpa.transaction.ShutdownGate;
import io.github.appendonly.jpa.transaction.Tenants;
import io.github.appendonly.jpa.transaction.Transactions;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * When keys end, and what becomes of their rows.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class KeyEndTests extends DatabaseTests {

	private static final Duration HOUR = Duration.ofHours(1);

	private static Pushed repeated(int generation, int index) {
		return new Pushed(false, Optional.of(new Position(generation, index)));
	}

	private Accumulator<String> accumulator() {
		return node().structures().accumulator(this.name, String.class);
	}

	private long keys() {
		return rows("appendonly_key", "name", this.name);
	}

	/**
	 * Makes keys an hour and a second older.
	 */
	private void age() {
		node().jdbc()
			.sql("update appendonly_key set expires_at = expires_at - interval '3601' second where name = ?")
			.param(this.name)
			.update();
	}

	@Test
	void keyWithATimeOutlivesItsLayerAndEndsAfterIt() {
		AppendStack<String> stack = stack((with) -> with.bounds(1, 1).keyRetention(HOUR));
		stack.push("a", "key");
		stack.pushAll(List.of("b", "c"));
		assertThat(stack.push("again", "key")).isEqualTo(repeated(0, 0));
		node().inTransaction(() -> assertThat(stack().push("again", "key")).isEqualTo(repeated(0, 0)));
		age();
		assertThat(stack.push("d", "key").position()).contains(new Position(3, 0));
		assertThat(keys()).isOne();
	}

	@Test
	void keyWithATimeEndsBeforeItsLayer() {
		AppendStack<String> stack = stack((with) -> with.keyRetention(HOUR));
		stack.push("a", "key");
		secondNode().structures().stack(this.name, String.class).push("b", "without a time");
		age();
		node().inTransaction(() -> {
			assertThat(stack().push("c", "key").isNew()).isTrue();
			assertThat(stack().push("c", "key").isNew()).isFalse();
			assertThat(stack().push("again", "without a time")).isEqualTo(repeated(0, 1));
		});
		assertHolds(stack, "a", "b", "c");
	}

	@Test
	void timeHoldsForAllHandlesOfTheNodeAndForTheMembersOfAFamily() {
		node().structures().family(this.name, String.class, (with) -> with.bounds(1, 1).keyRetention(HOUR));
		stack(bounds(1, 1)).push("a", "until its layer is pruned");
		stack(this.name + "-member").push("a", "an hour");
		stack((with) -> with.keyRetention(HOUR));
		stack().push("b", "an hour");
		stack(this.name + "-other").push("a", "an hour");
		assertThat(node().jdbc()
			.sql("select distinct item_key from appendonly_key where name like ? and expires_at is not null")
			.param(this.name + "%")
			.query(String.class)
			.list()).containsExactly("an hour");
		assertThat(node().jdbc()
			.sql("select distinct item_key from appendonly_key where name like ? and expires_at is null")
			.param(this.name + "%")
			.query(String.class)
			.list()).containsExactly("until its layer is pruned");
	}

	@Test
	void keyDoesNotEndBeforeItsItemIsPlaced() {
		node();
		AppendStack<String> idle = idleNode().structures()
			.stack(this.name, String.class, (with) -> with.keyRetention(HOUR));
		idleNode().inTransaction(() -> idle.push("a", "key"));
		age();
		assertThat(idleNode().inTransaction(() -> idle.push("again", "key")))
			.isEqualTo(new Pushed(false, Optional.empty()));
		assertHolds(stack(), "a");
		assertThat(stack().push("b", "key").isNew()).isTrue();
	}

	@Test
	void keyOfAnAccumulatorEndsAfterItsTime() {
		Accumulator<String> accumulator = node().structures()
			.accumulator(this.name, String.class, (with) -> with.keyRetention(HOUR));
		accumulator.append("a", "key");
		accumulator().append("b", "a day");
		age();
		assertThat(accumulator.append("again", "a day")).isFalse();
		assertThat(accumulator.append("c", "key")).isTrue();
		assertThat(node().inTransaction(() -> accumulator.append("again", "key"))).isFalse();
		assertThat(accumulator).containsExactly("a", "b", "c");
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT0S", "PT-1S", "PT0.999S", "P36525DT1S" })
	void timeThatIsTooShortOrTooLongIsRefused(Duration time) {
		String message = "keyRetention must be from PT1S to PT876600H, but is " + time;
		assertThatIllegalArgumentException().isThrownBy(() -> stack((with) -> with.keyRetention(time)))
			.withMessage(message);
		assertThatIllegalArgumentException()
			.isThrownBy(
					() -> node().structures().accumulator(this.name, String.class, (with) -> with.keyRetention(time)))
			.withMessage(message);
	}

	@Test
	void shortestAndLongestTimesAreStored() {
		stack((with) -> with.keyRetention(Duration.ofSeconds(1))).push("a", "short");
		stack((with) -> with.keyRetention(Duration.ofDays(36_525))).push("b", "long");
		assertThat(node().jdbc()
			.sql("select item_key from appendonly_key where name = ? and expires_at > pushed_at + interval '1' day"
					+ " and generation = 0 and item_index = 1")
			.param(this.name)
			.query(String.class)
			.list()).containsExactly("long");
	}

	/**
	 * As when layers expire.
	 */
	@Test
	void keyEndsWithItsLayerWhoeverRemovesThat() {
		stack(bounds(3, 1)).pushAll(List.of("a"));
		stack().push("b", "key");
		node().jdbc()
			.sql("update appendonly_stack set oldest_generation = 2, generation = 2, length = 0 where name = ?")
			.param(this.name)
			.update();
		node().jdbc().sql("delete from appendonly_slice where stack = ?").param(this.name).update();
		assertThat(secondNode().structures().stack(this.name, String.class).push("c", "key"))
			.isEqualTo(new Pushed(true, Optional.of(new Position(2, 0))));
	}

	@Test
	void dropFreesTheKeysOfAStackAndOfNothingElse() {
		String other = Node.newName();
		stack().push("a", "key");
		stack(other).push("a", "key");
		accumulator().append("a", "key");
		node();
		AppendStack<String> idle = idleNode().structures().stack(this.name, String.class);
		idleNode().inTransaction(() -> idle.push("b", "waiting"));
		node().structures().drop(this.name);
		assertThat(keys()).isOne();
		assertThat(accumulator().append("again", "key")).isFalse();
		assertThat(stack(other).push("again", "key").isNew()).isFalse();
		assertThat(stack().push("c", "waiting").position()).contains(new Position(0, 0));
		assertThat(stack().push("d", "key").position()).contains(new Position(0, 1));
		node().structures().dropAccumulator(this.name);
		assertThat(accumulator().append("e", "key")).isTrue();
		assertThat(stack().push("again", "key").isNew()).isFalse();
	}

	/**
	 * The drop waits for a slice that is locked, after it has emptied the inbox.
	 */
	@Test
	void itemThatIsPushedDuringADropKeepsItsKey() {
		stack().push("a", "placed");
		AppendStack<String> idle = idleNode().structures().stack(this.name, String.class);
		CompletableFuture<Void> dropped = secondNode().inTransaction(() -> {
			secondNode().jdbc()
				.sql("select length from appendonly_slice where stack = ? for update")
				.param(this.name)
				.query(Integer.class)
				.list();
			CompletableFuture<Void> dropping = CompletableFuture.runAsync(() -> node().structures().drop(this.name),
					(task) -> new Thread(task).start());
			await().atMost(WAIT).until(() -> deletionsOfSlices() > 0);
			runElsewhere(() -> idleNode().inTransaction(() -> idle.push("x", "key")));
			return dropping;
		});
		dropped.orTimeout(WAIT.toSeconds(), TimeUnit.SECONDS).join();
		assertThat(stack().push("x", "key")).isEqualTo(repeated(0, 0));
		assertHolds(stack(), "x");
		assertThat(stack().push("b", "placed").isNew()).isTrue();
	}

	private long deletionsOfSlices() {
		return node().jdbc()
			.sql((this.database == TestDatabase.H2)
					? "select count(*) from information_schema.sessions"
							+ " where executing_statement like 'delete from appendonly_slice%'"
					: "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
							+ " and datname = current_database() and query like 'delete from appendonly_slice%'")
			.query(Long.class)
			.single();
	}

	@Test
	void droppedAndRolledBackKeysStay() {
		stack().push("a", "key");
		node().transaction().executeWithoutResult((status) -> {
			node().structures().drop(this.name);
			assertThat(stack().push("b", "key").isNew()).isTrue();
			status.setRollbackOnly();
		});
		assertThat(stack().push("again", "key")).isEqualTo(repeated(0, 0));
	}

	private KeySweep sweep(Node node, AtomicInteger tasks) {
		EntityManagerFactory entityManagerFactory = node.bean(EntityManagerFactory.class);
		ShutdownGate gate = new ShutdownGate();
		Transactions transactions = new Transactions(entityManagerFactory, new Tenants(entityManagerFactory),
				node.bean(PlatformTransactionManager.class), Runnable::run, gate, RetryPolicy.withMaxRetries(3));
		StructureTables tables = new StructureTables(entityManagerFactory, transactions, false);
		return new KeySweep(transactions, tables.keys(), (task, delay) -> {
			tasks.incrementAndGet();
			task.run();
		}, gate);
	}

	@Test
	void sweepRemovesTheRowsOfKeysThatHaveEnded() {
		AppendStack<String> stack = stack(bounds(2, 2));
		IntStream.range(0, 7).forEach((number) -> stack.push("" + number, "" + number));
		stack((with) -> with.keyRetention(HOUR)).push("7", "expires");
		accumulator().append("a", "expires");
		String other = Node.newName();
		AppendStack<String> otherStack = node().structures().stack(other, String.class, bounds(1, 1));
		Numbered.items(0, 3).forEach((item) -> otherStack.push(item, item));
		KeySweep sweep = sweep(node(), new AtomicInteger());
		KeyTable.Claim pruned = new KeyTable.Claim(KeyTable.Kind.STACK, this.name, "any", null);
		assertThat(sweep.run(pruned)).isEqualTo(4);
		assertThat(sweep.run(pruned)).isZero();
		assertThat(keys()).isEqualTo(5);
		assertThat(rows("appendonly_key", "name", other)).isEqualTo(3);
		age();
		assertThat(sweep.run(new KeyTable.Claim(KeyTable.Kind.ACCUMULATOR, other, "any", HOUR))).isOne();
		assertThat(keys()).isEqualTo(4);
		assertThat(stack.push("again", "4")).isEqualTo(repeated(2, 0));
		assertThat(stack.push("8", "0").isNew()).isTrue();
	}

	@Test
	void sweepDoesNotWaitForATransactionThatRenewsAKey() {
		AppendStack<String> stack = stack(bounds(1, 1));
		Numbered.items(0, 3).forEach((item) -> stack.push(item, item));
		KeySweep sweep = sweep(node(), new AtomicInteger());
		KeyTable.Claim pruned = new KeyTable.Claim(KeyTable.Kind.STACK, this.name, "any", null);
		node().inTransaction(() -> {
			assertThat(stack.push("3", "0").isNew()).isTrue();
			if (this.database == TestDatabase.POSTGRESQL) {
				assertThat(elsewhere(() -> sweep.run(pruned))).isOne();
			}
		});
		assertThat(stack.push("again", "0")).isEqualTo(repeated(3, 0));
	}

	@Test
	void newKeysHaveOldOnesSweptNowAndThen() {
		AtomicInteger tasks = new AtomicInteger();
		KeySweep sweep = sweep(node(), tasks);
		KeyTable.Claim claim = new KeyTable.Claim(KeyTable.Kind.STACK, this.name, "any", null);
		IntStream.range(0, 10_000).forEach((number) -> sweep.request(claim));
		assertThat(tasks).hasValueBetween(1, 500);
	}

	@Test
	void keysOfARowThatCannotBePlacedAreLookedAt() {
		for (String keys : List.of("", "0", "0 ", "2 key", "-1 key", "0 key\n", "0 a\u0007b", "a key")) {
			node().jdbc()
				.sql("insert into appendonly_inbox (name, length, items, item_keys) values (?, 2, '[\"x\",\"y\"]', ?)")
				.param(this.name)
				.param(keys)
				.update();
		}
		node().jdbc()
			.sql("insert into appendonly_inbox (name, length, items, item_keys) values (?, 2, '[\"a\",\"b\"]', '1 key')")
			.param(this.name)
			.update();
		assertHolds(stack(), "a", "b");
		assertThat(node().jdbc()
			.sql("select distinct reason from appendonly_set_aside where name = ? and item_keys is not null")
			.param(this.name)
			.query(String.class)
			.list()).containsExactly("item_keys is not an index below 2, a space and a key in each line");
		assertThat(rows("appendonly_set_aside", "name", this.name)).isEqualTo(8);
	}

	/**
	 * As somebody deletes a row that was set aside, but not its keys.
	 */
	@Test
	void keyWhoseItemIsNowhereIsADamage() {
		node();
		AppendStack<String> idle = idleNode().structures().stack(this.name, String.class);
		idleNode().inTransaction(() -> idle.push("a", "key"));
		assertThat(node().structures().verify(this.name)).isEmpty();
		node().jdbc().sql("delete from appendonly_inbox where name = ?").param(this.name).update();
		assertThat(node().structures().verify(this.name)).singleElement()
			.asString()
			.contains("item_key \"key\": expected an item that waits to be placed, but found none");
	}

	@Test
	void keyOfAPositionThatTheStackHasNotGivenIsADamage() {
		stack().push("a", "key");
		stack().push("b", "moved");
		assertThat(node().structures().verify(this.name)).isEmpty();
		node().jdbc()
			.sql("update appendonly_key set item_index = 2 where name = ? and item_key = 'moved'")
			.param(this.name)
			.update();
		assertThat(node().structures().verify(this.name)).singleElement().satisfies((damage) -> {
			assertThat(damage.table()).isEqualTo("appendonly_key");
			assertThat(damage.toString()).contains("item_key \"moved\"", "a position that the stack has given", "0-2");
		});
	}

}
