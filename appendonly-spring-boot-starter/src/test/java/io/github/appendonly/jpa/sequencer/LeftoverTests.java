package io.github.appendonly.jpa.sequencer;

import java.util.ArrayList;
import java.util.List;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Layer;
import io.github.appendonly.Numbered;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.StackStatus;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Items that stay in an inbox because a node ended between the commit and the placing.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
public class LeftoverTests extends DatabaseTests {

	@Test
	void nextPushPlacesThem() {
		leaveInInbox("left 1", "left 2");
		assertThat(inboxRows()).isEqualTo(2);
		stack().push("new");
		assertThat(inboxRows()).isZero();
		assertHolds(stack(), "left 1", "left 2", "new");
	}

	@Test
	void nextAsynchronousPushPlacesThem() {
		leaveInInbox("left");
		assertThat(stack().pushAsync("new")).succeedsWithin(WAIT);
		assertHolds(stack(), "left", "new");
	}

	@Test
	void nextTransactionPlacesThemAfterItsCommit() {
		leaveInInbox("left");
		node().inTransaction(() -> stack().push("new"));
		await().atMost(WAIT).untilAsserted(() -> assertThat(inboxRows()).isZero());
		assertHolds(stack(), "left", "new");
	}

	@Test
	void nextReadPlacesThem() {
		leaveInInbox("left");
		assertHolds(stack(), "left");
		assertThat(inboxRows()).isZero();
	}

	@Test
	void everyKindOfReadPlacesThem() {
		List<Runnable> reads = List.of(() -> assertThat(stack().newest()).isPresent(),
				() -> assertThat(stack().size()).isPositive(), () -> assertThat(stack().isEmpty()).isFalse(),
				() -> assertThat(stack().newest(3)).isNotEmpty(),
				() -> assertThat(stack().iterator().hasNext()).isTrue(),
				() -> assertThat(stack().stream()).isNotEmpty(),
				() -> assertThat(items(node().structures().history(this.name, String.class))).isNotEmpty());
		reads.forEach((read) -> {
			leaveInInbox("left");
			read.run();
			assertThat(inboxRows()).isZero();
		});
		assertThat(stack().size()).isEqualTo(reads.size());
	}

	@Test
	void readByTheNodeThatLeftThemPlacesThem() {
		leaveInInbox("left");
		assertHolds(idleNode().structures().stack(this.name, String.class), "left");
	}

	@Test
	void transactionThatReadsItsOwnPlacesThem() {
		leaveInInbox("left");
		node().inTransaction(() -> {
			stack().push("new");
			assertHolds(stack(), "left", "new");
		});
		assertThat(inboxRows()).isZero();
	}

	@Test
	void newNodePlacesThemWhenItStarts() {
		TestDatabase.Url url = this.database.create();
		try (Node crashed = url.start("appendonly.group-commit.enabled=false")) {
			crashed.inTransaction(() -> {
				crashed.structures().stack("one", String.class).pushAll(Numbered.items(0, 250));
				crashed.structures().stack("two", Integer.class).push(2);
			});
			assertThat(crashed.structures().status("one").inbox()).isEqualTo(250);
		}
		try (Node started = url.start()) {
			await().atMost(WAIT).untilAsserted(() -> {
				assertThat(started.structures().status("one").size()).isEqualTo(250);
				assertThat(started.structures().status("two").size()).isEqualTo(1);
			});
			assertThat(items(started.structures().stack("one", String.class))).isEqualTo(Numbered.items(0, 250));
			assertThat(started.structures().stack("two", Integer.class).stream()).extracting("item").containsExactly(2);
		}
	}

	@Test
	void runningNodePlacesThemWithoutAPushOrARead() {
		TestDatabase.Url url = this.database.create();
		try (Node running = url.start("appendonly.inbox.check-interval=20ms");
				Node crashing = url.start("appendonly.group-commit.enabled=false")) {
			for (String name : List.of("one", "two")) {
				crashing.inTransaction(() -> crashing.structures().stack(name, String.class).push(name));
			}
			await().atMost(WAIT).untilAsserted(() -> {
				assertThat(running.structures().status("one").size()).isEqualTo(1);
				assertThat(running.structures().status("two").size()).isEqualTo(1);
			});
		}
	}

	@Test
	void newNodePlacesThemByTheSettingsOfItsBeans() {
		TestDatabase.Url url = this.database.create();
		String[] settings = { "appendonly.stacks.news.type=java.lang.String", "appendonly.stacks.news.archive=true",
				"appendonly.stacks.news.max-layers=2", "appendonly.stacks.news.max-length=3",
				"appendonly.group-commit.enabled=false" };
		try (Node crashed = url.start(settings)) {
			crashed.inTransaction(() -> crashed.<AppendStack<String>>bean("news").pushAll(Numbered.items(0, 20)));
		}
		settings[4] = "appendonly.group-commit.enabled=true";
		try (Node started = url.start(settings)) {
			await().atMost(WAIT).untilAsserted(() -> assertThat(started.structures().status("news").inbox()).isZero());
			assertThat(started.structures().status("news").layers()).hasSize(2);
			assertThat(items(started.<Archive<String>>bean("newsArchive"))).isEqualTo(Numbered.items(0, 15));
		}
	}

	@Test
	void whatCannotBePlacedDoesNotKeepOtherStacksFromIt() {
		TestDatabase.Url url = this.database.create();
		try (Node crashed = url.start("appendonly.group-commit.enabled=false")) {
			for (String name : List.of("a", "b", "c")) {
				crashed.inTransaction(() -> crashed.structures().stack(name, String.class).push(name));
			}
			crashed.jdbc()
				.sql("insert into appendonly_slice (stack, generation, first_index, length, items, stamp)"
						+ " values ('b', 0, 0, 1, '[\"left behind\"]', 1)")
				.update();
		}
		try (Node started = url.start()) {
			await().atMost(WAIT).untilAsserted(() -> {
				assertThat(started.structures().status("a").size()).isEqualTo(1);
				assertThat(started.structures().status("c").size()).isEqualTo(1);
			});
			assertThat(started.structures().status("b").inbox()).isEqualTo(1);
		}
	}

	@Test
	void firstItemsOfAStackArePlacedAsTheyWerePushedWhoeverPlacesThem() {
		AppendStack<String> archived = idleNode().structures()
			.stack(this.name, String.class, bounds(2, 10).andThen((with) -> with.archived()));
		for (int i = 0; i < 60; i += 20) {
			List<String> items = Numbered.items(i, i + 20);
			idleNode().inTransaction(() -> archived.pushAll(items));
			assertThat(items(stack())).isEqualTo(items);
		}
		assertThat(items(node().structures().history(this.name, String.class))).isEqualTo(Numbered.items(0, 60));
		assertThat(node().structures().status(this.name).layers()).extracting(StackStatus.LayerStatus::length)
			.containsExactly(10, 10);
	}

	@Test
	void eachPushIsPlacedByItsOwnSettings() {
		AppendOnlyStructures structures = idleNode().structures();
		idleNode().inTransaction(() -> {
			structures.stack(this.name, String.class, bounds(9, 2)).pushAll(Numbered.items(0, 3));
			structures.stack(this.name, String.class).pushAll(Numbered.items(3, 5));
			structures.stack(this.name, String.class, bounds(9, 4)).pushAll(Numbered.items(5, 11));
		});
		assertThat(inboxRows()).isEqualTo(3);
		assertThat(items(stack())).isEqualTo(Numbered.items(0, 11));
		assertThat(node().structures().status(this.name).layers()).extracting(StackStatus.LayerStatus::length)
			.containsExactly(3, 4, 2, 2);
	}

	@Test
	void firstItemsOfAStackWithAPrunerStayUntilItsHandlePushes() {
		List<Layer<String>> pruned = new ArrayList<>();
		AppendStack<String> withPruner = idleNode().structures()
			.stack(this.name, String.class,
					bounds(2, 2).andThen((with) -> with.pruner((layer) -> pruned.add(Layer.copyOf(layer)))));
		idleNode().inTransaction(() -> withPruner.pushAll(Numbered.items(0, 6)));
		assertThat(items(stack())).isEqualTo(Numbered.items(0, 6));
		stack().push("6");
		withPruner.push("7");
		assertThat(pruned).isEqualTo(Numbered.layers(0, 2, 2));
		assertThat(items(stack())).isEqualTo(Numbered.items(4, 8));
	}

	@Test
	void handleWithoutThePrunerLeavesLayersToTheOneWithIt() {
		List<Layer<String>> pruned = new ArrayList<>();
		AppendStack<String> withPruner = stack(
				bounds(2, 2).andThen((with) -> with.pruner((layer) -> pruned.add(Layer.copyOf(layer)))));
		withPruner.pushAll(Numbered.items(0, 3));
		leaveInInbox("3", "4", "5");
		assertThat(items(stack())).isEqualTo(Numbered.items(0, 6));
		stack().pushAll(Numbered.items(6, 9));
		secondNode().structures().stack(this.name, String.class).push("9");
		assertThat(pruned).isEmpty();
		assertThat(items(stack())).isEqualTo(Numbered.items(0, 10));
		withPruner.push("10");
		assertThat(pruned).isEqualTo(Numbered.layers(0, 4, 2));
		assertThat(items(stack())).isEqualTo(Numbered.items(8, 11));
	}

	@Test
	void leftoversAreHandedToThePrunerByItsHandle() {
		List<Layer<String>> pruned = new ArrayList<>();
		AppendStack<String> withPruner = stack(
				bounds(2, 2).andThen((with) -> with.pruner((layer) -> pruned.add(Layer.copyOf(layer)))));
		withPruner.push("0");
		leaveInInbox("1", "2", "3", "4", "5", "6");
		assertThat(items(withPruner)).isEqualTo(Numbered.items(4, 7));
		assertThat(pruned).isEqualTo(Numbered.layers(0, 2, 2));
	}

	@Test
	void handleThatDoesWithoutAPrunerEndsTheClaim() {
		List<Layer<String>> pruned = new ArrayList<>();
		stack(bounds(2, 2).andThen((with) -> with.pruner((layer) -> pruned.add(Layer.copyOf(layer)))))
			.pushAll(Numbered.items(0, 4));
		stack(bounds(2, 2).andThen((with) -> with.archived())).pushAll(Numbered.items(4, 7));
		assertThat(pruned).isEmpty();
		assertThat(items(stack())).isEqualTo(Numbered.items(4, 7));
		assertThat(items(node().structures().archive(this.name, String.class))).isEqualTo(Numbered.items(0, 4));
	}

	@Test
	void rowsThatAnotherProgramWritesAreTaken() {
		JdbcClient jdbc = node().jdbc();
		jdbc.sql("insert into appendonly_inbox (name, length, items) values (?, 2, ?)")
			.params(this.name, "[\"a\", \"b\"]")
			.update();
		assertHolds(stack(), "a", "b");
	}

}
