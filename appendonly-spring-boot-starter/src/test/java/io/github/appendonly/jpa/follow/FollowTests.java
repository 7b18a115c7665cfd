package io.github.appendonly.jpa.follow;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import io.github.appendonly.AppendStack;
import io.github.appendonly.CursorAheadException;
import io.github.appendonly.CursorExpiredException;
import io.github.appendonly.History;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.StartAt;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.PostgresOutage;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.params.ParameterizedTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Stacks that are followed on one node, and changed there and on others.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class FollowTests extends DatabaseTests {

	/** A node with this never looks. */
	private static final String[] NEVER_LOOKS = { "appendonly.follow.min-poll-interval=1h",
			"appendonly.follow.max-poll-interval=1h" };

	private AppendStack<String> onSecondNode() {
		return secondNode().structures().stack(this.name, String.class);
	}

	/**
	 * There is no other way for the items to get to the follower.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whateverThisNodePlacesIsHandedOverWithoutALook(boolean portableSql) {
		Assumptions.assumeTrue(!portableSql || this.database == TestDatabase.POSTGRESQL, "H2 always gets portable SQL");
		Node node = this.database.shared(NEVER_LOOKS[0], NEVER_LOOKS[1], "appendonly.portable-sql=" + portableSql);
		AppendStack<String> stack = node.structures().stack(this.name, String.class, bounds(100, 100));
		try (Handed handed = Handed.by(stack)) {
			List<String> expected = new ArrayList<>();
			stack.push("shared");
			expected.add("shared");
			handed.await(expected);
			assertThat(stack.pushAsync("async")).succeedsWithin(WAIT);
			expected.add("async");
			handed.await(expected);
			stack.pushAll(Numbered.items(0, 250));
			expected.addAll(Numbered.items(0, 250));
			handed.await(expected);
			node.inTransaction(() -> stack.push("inbox"));
			expected.add("inbox");
			handed.await(expected);
			node.inTransaction(() -> {
				stack.push("third way");
				assertThat(stack.newest()).isPresent();
			});
			expected.add("third way");
			handed.await(expected);
			stack.push("own pruner", (layer) -> {
			});
			expected.add("own pruner");
			handed.await(expected);
		}
	}

	@Test
	void whatIsRolledBackIsNotHandedOver() {
		try (Handed handed = Handed.by(stack())) {
			node().transaction().executeWithoutResult((status) -> {
				stack().push("never");
				assertThat(stack().newest()).isPresent();
				status.setRollbackOnly();
			});
			stack().push("a");
			handed.await("a");
		}
	}

	@Test
	void whatAnotherNodePlacesIsFoundByLooking() {
		onSecondNode().push("before");
		try (Handed handed = Handed.by(stack())) {
			onSecondNode().push("a");
			handed.await("before", "a");
			secondNode().inTransaction(() -> onSecondNode().push("b"));
			handed.await("before", "a", "b");
		}
	}

	@Test
	void bothNodesHaveTheSameHistory() {
		try (Handed handed = Handed.by(stack()); Handed other = Handed.by(onSecondNode())) {
			for (int i = 0; i < 50; i++) {
				stack().push("first " + i);
				onSecondNode().push("second " + i);
			}
			List<String> all = items(stack());
			assertThat(all).hasSize(100);
			handed.await(all);
			other.await(all);
		}
	}

	@Test
	void followerThatBeginsAtTheEndGetsOnlyWhatComes() {
		stack().push("old");
		try (Handed handed = new Handed(stack(), StartAt.newest())) {
			onSecondNode().push("new");
			handed.await("new");
		}
	}

	/**
	 * Nobody reads or pushes but the follower's own node, which has read already.
	 */
	@Test
	void itemsThatACrashedNodeHasLeftAreHandedOver() {
		idleNode();
		try (Handed handed = Handed.by(stack())) {
			leaveInInbox("left 1", "left 2");
			handed.await("left 1", "left 2");
		}
	}

	@Test
	void historyIsFollowedThroughTheArchive() {
		AppendStack<String> stack = stack((settings) -> settings.bounds(2, 3).archived());
		stack.pushAll(Numbered.items(0, 20));
		try (Handed handed = Handed.by(node().structures().history(this.name, String.class))) {
			secondNode().structures()
				.stack(this.name, String.class, (settings) -> settings.bounds(2, 3).archived())
				.pushAll(Numbered.items(20, 40));
			handed.await(Numbered.items(0, 40));
		}
	}

	@Test
	void droppedStackLeavesItsFollowersAhead() {
		stack().push("a");
		try (Handed handed = Handed.by(stack()); Handed other = Handed.by(onSecondNode())) {
			node().structures().drop(this.name);
			assertThat(handed.awaitFailure()).isInstanceOf(CursorAheadException.class);
			assertThat(other.awaitFailure()).isInstanceOf(CursorAheadException.class);
		}
	}

	@Test
	void stackThatWasDroppedAndIsThereAgainLeavesItsFollowersAhead() {
		stack().pushAll(Numbered.items(0, 5));
		try (Handed handed = Handed.by(onSecondNode())) {
			node().inTransaction(() -> {
				node().structures().drop(this.name);
				stack().push("again");
			});
			assertThat(handed.awaitFailure()).isInstanceOfSatisfying(CursorAheadException.class,
					(ahead) -> assertThat(ahead.cursor()).isEqualTo(new Position(0, 4)));
		}
	}

	@Test
	void restoredDatabaseLeavesFollowersAhead() {
		stack().push("a");
		for (String table : List.of("stack", "slice")) {
			node().jdbc().sql("drop table if exists backup_" + table).update();
			node().jdbc()
				.sql("create table backup_%1$s as select * from appendonly_%1$s where %2$s = '%3$s'".formatted(table,
						table.equals("stack") ? "name" : "stack", this.name))
				.update();
		}
		stack().push("b");
		try (Handed handed = Handed.by(stack())) {
			handed.await("a", "b");
			node().inTransaction(() -> {
				node().jdbc().sql("delete from appendonly_slice where stack = ?").param(this.name).update();
				node().jdbc().sql("delete from appendonly_stack where name = ?").param(this.name).update();
				node().jdbc().sql("insert into appendonly_stack select * from backup_stack").update();
				node().jdbc().sql("insert into appendonly_slice select * from backup_slice").update();
			});
			assertThat(handed.awaitFailure()).isInstanceOf(CursorAheadException.class);
		}
		node().jdbc().sql("drop table backup_stack").update();
		node().jdbc().sql("drop table backup_slice").update();
	}

	@Test
	void cursorThatHasExpiredIsToldAsSuch() {
		AppendStack<String> stack = stack((settings) -> settings.bounds(2, 3));
		stack.pushAll(Numbered.items(0, 20));
		try (Handed handed = new Handed(stack, StartAt.after(new Position(1, 0)))) {
			assertThat(handed.awaitFailure()).isInstanceOf(CursorExpiredException.class)
				.hasMessageContaining(this.name);
		}
	}

	@Test
	void poolOfOneConnectionIsEnoughAndTheStopOfTheApplicationEndsAll() {
		List<Handed> all;
		List<AppendStack<String>> stacks;
		try (Node node = this.database.start("spring.datasource.hikari.maximum-pool-size=1")) {
			stacks = IntStream.range(0, 20)
				.mapToObj((number) -> node.structures().stack("stack " + number, String.class))
				.toList();
			all = stacks.stream().map(Handed::by).toList();
			for (String item : Numbered.items(0, 10)) {
				stacks.forEach((stack) -> node.inTransaction(() -> stack.push(item)));
			}
			all.forEach((handed) -> handed.await(Numbered.items(0, 10)));
		}
		assertThat(all).allSatisfy(
				(handed) -> assertThat(handed.subscription().ended().toCompletableFuture()).isCompletedWithValue(null));
		assertThatIllegalStateException().isThrownBy(() -> new Handed(stacks.get(0), StartAt.oldest()))
			.withMessageContaining("stack 0");
	}

	@Test
	void withoutGroupCommitStacksAreNotFollowed() {
		AppendStack<String> stack = idleNode().structures().stack(this.name, String.class);
		assertThatIllegalStateException().isThrownBy(() -> new Handed(stack, StartAt.oldest()))
			.withMessageContaining(this.name)
			.withMessageContaining("appendonly.group-commit.enabled");
	}

	@Test
	void outageOfTheDatabaseEndsNoSubscription() {
		Assumptions.assumeTrue(this.database == TestDatabase.POSTGRESQL, "needs a server");
		TestDatabase.Url url = this.database.create();
		try (Node node = url.start(); Node other = url.start(); PostgresOutage outage = new PostgresOutage(url)) {
			node.bean(HikariDataSource.class).setConnectionTimeout(250);
			other.bean(HikariDataSource.class).setConnectionTimeout(250);
			AppendStack<String> stack = other.structures().stack("news", String.class);
			stack.push("before");
			try (Handed handed = Handed.by(node.structures().stack("news", String.class))) {
				outage.begin();
				node.bean(JpaAppendOnlyStructures.class).following().orElseThrow().changed("news", 1L);
				outage.end();
				await().atMost(WAIT).ignoreExceptions().until(() -> {
					stack.push("after");
					return true;
				});
				handed.await(items(stack));
				assertThat(handed.subscription().isActive()).isTrue();
			}
		}
	}

	/**
	 * As a timeout of statements does.
	 */
	@Test
	void readThatWasCancelledEndsNoSubscription() {
		Assumptions.assumeTrue(this.database == TestDatabase.POSTGRESQL, "H2 has no locks that a read waits for");
		stack().push("a");
		try (Handed handed = Handed.by(stack())) {
			node().inTransaction(() -> {
				node().jdbc().sql("lock table appendonly_slice in access exclusive mode").update();
				node().bean(JpaAppendOnlyStructures.class).following().orElseThrow().changed(this.name, 1L);
				runElsewhere(() -> await().atMost(WAIT).until(this::cancelReads));
			});
			stack().push("b");
			handed.await("a", "b");
			assertThat(handed.subscription().isActive()).isTrue();
		}
	}

	private boolean cancelReads() {
		return !node().jdbc()
			.sql("select pg_cancel_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'"
					+ " and datname = current_database() and query like '%appendonly_slice%'")
			.query(Boolean.class)
			.list()
			.isEmpty();
	}

	/**
	 * Each entry of a read is one object, for all followers that share the read.
	 */
	@Test
	void handlesOnOneHistoryShareReads() {
		AppendStack<String> stack = stack((settings) -> settings.bounds(2, 3).archived());
		try (Handed first = Handed.by(history()); Handed second = Handed.by(history())) {
			stack.push("a");
			first.await("a");
			second.await("a");
			assertThat(second.entries().get(0)).isSameAs(first.entries().get(0));
		}
	}

	@Test
	void handlesOnOneHistoryAreEqual() {
		assertThat(history()).isEqualTo(history()).hasSameHashCodeAs(history());
		assertThat(history()).isNotEqualTo(node().structures().history(this.name + "x", String.class))
			.isNotEqualTo(node().structures().history(this.name, Object.class))
			.isNotEqualTo(secondNode().structures().history(this.name, String.class));
	}

	private History<String> history() {
		return node().structures().history(this.name, String.class);
	}

	/**
	 * The end would be a position that others do not see yet, and perhaps never will.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whoHasPushedInItsTransactionCannotFollowFromTheNewestBeforeTheCommit(boolean placed) {
		stack().push("a");
		node().inTransaction(() -> {
			stack().push("b");
			if (placed) {
				assertThat(stack().newest()).isPresent();
			}
			assertThatIllegalStateException().isThrownBy(() -> new Handed(stack(), StartAt.newest()))
				.withMessageContaining(this.name)
				.withMessageContaining("transaction");
		});
		node().inTransaction(() -> {
			try (Handed handed = new Handed(stack(), StartAt.newest())) {
				runElsewhere(() -> stack().push("c"));
				handed.await("c");
			}
		});
	}

}
