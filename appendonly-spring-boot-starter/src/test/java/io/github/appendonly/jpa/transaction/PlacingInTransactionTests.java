package io.github.appendonly.jpa.transaction;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.Layer;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.Writers;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * In-transaction placement: transactions that read the items that they have pushed, or
 * push with their own pruner.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class PlacingInTransactionTests extends DatabaseTests {

	private void rolledBack(Runnable work) {
		node().transaction().executeWithoutResult((status) -> {
			work.run();
			status.setRollbackOnly();
		});
	}

	@Test
	void transactionSeesItsOwnItemsAtTheirFinalPositions() {
		stack().push("first");
		List<Entry<String>> seen = new ArrayList<>();
		node().inTransaction(() -> {
			stack().push("a");
			seen.addAll(stack().fromOldest(10).entries());
			stack().pushAll(List.of("b", "c"));
			seen.addAll(stack().since(new Position(0, 1), 10).entries());
			stack().push("d");
		});
		assertHolds(stack(), "first", "a", "b", "c", "d");
		assertThat(seen).containsExactlyElementsOf(stack().fromOldest(4).entries());
	}

	@Test
	void everyReadPlacesWhatWasPushedBefore() {
		node().inTransaction(() -> {
			stack().push("0");
			assertThat(stack().newest().map(Entry::item)).contains("0");
			stack().push("1");
			assertThat(stack().size()).isEqualTo(2);
			stack().push("2");
			assertThat(stack().get(new Position(0, 2))).contains("2");
			stack().push("3");
			assertThat(stack().iterator().next().item()).isEqualTo("3");
			stack().push("4");
			assertThat(stack().older(new Position(0, 5), 1).get(0).item()).isEqualTo("4");
			stack().push("5");
			assertThat(stack().newer(new Position(0, 4))).hasSize(1);
			stack().push("6");
			assertThat(stack().isEmpty()).isFalse();
		});
		assertHolds(stack(), "0", "1", "2", "3", "4", "5", "6");
	}

	@Test
	void whatOthersHaveCommittedComesFirst() {
		leaveInInbox("waiting 1", "waiting 2");
		node().inTransaction(() -> {
			stack().push("own");
			assertHolds(stack(), "waiting 1", "waiting 2", "own");
		});
		assertThat(inboxRows()).isZero();
		assertHolds(stack(), "waiting 1", "waiting 2", "own");
	}

	@Test
	void inboxOfManyRowsIsPlacedWhole() {
		for (int i = 0; i < 1203; i++) {
			node().jdbc()
				.sql("insert into appendonly_inbox (name, length, items) values (?, 1, ?)")
				.params(this.name, "[\"" + i + "\"]")
				.update();
		}
		node().inTransaction(() -> {
			stack().push("1203");
			assertThat(items(stack())).isEqualTo(Numbered.items(300, 1204));
		});
		assertThat(items(stack())).isEqualTo(Numbered.items(300, 1204));
	}

	@Test
	void rollbackPutsEverythingBack() {
		AppendStack<String> archived = stack(bounds(2, 2).andThen((with) -> with.archived()));
		archived.pushAll(Numbered.items(0, 5));
		leaveInInbox("5", "6");
		rolledBack(() -> {
			archived.pushAll(List.of("x", "y", "z"));
			assertThat(items(archived)).containsExactly("6", "x", "y", "z");
			assertThat(items(node().structures().archive(this.name, String.class))).isEqualTo(Numbered.items(0, 6));
		});
		assertThat(inboxRows()).isEqualTo(2);
		assertThat(items(node().structures().archive(this.name, String.class))).containsExactly("0", "1");
		assertThat(node().structures().status(this.name).size()).isEqualTo(3);
		assertThat(items(archived)).containsExactly("4", "5", "6");
		assertThat(items(node().structures().history(this.name, String.class))).isEqualTo(Numbered.items(0, 7));
	}

	@Test
	void transactionsThatPlaceOntoOneStackFollowEachOther() throws Exception {
		CountDownLatch firstHasPlaced = new CountDownLatch(1);
		Writers.run(2, (writer) -> {
			if (writer == 0) {
				node().inTransaction(() -> {
					stack().push("first");
					assertHolds(stack(), "first");
					firstHasPlaced.countDown();
					stack().push("first again");
				});
			}
			else {
				assertThat(firstHasPlaced.await(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
				node().inTransaction(() -> {
					stack().push("second");
					assertThat(items(stack())).startsWith("first").endsWith("second");
				});
			}
		});
		assertThat(items(stack())).containsExactlyInAnyOrder("first", "first again", "second")
			.startsWith("first")
			.containsSubsequence("first", "first again");
	}

	@Test
	void manyTransactionsThatPlaceOntoOneStackLoseNothing() throws Exception {
		Writers.run(8, (writer) -> {
			for (int i = 0; i < 20; i++) {
				String own = Writers.item(writer, i);
				node().transaction().executeWithoutResult((status) -> {
					stack().push(own);
					assertThat(items(stack())).endsWith(own);
					if (own.endsWith("7")) {
						status.setRollbackOnly();
					}
				});
			}
		});
		List<String> items = items(stack());
		assertThat(items).hasSize(8 * 18);
		for (int writer = 0; writer < 8; writer++) {
			String own = writer + ":";
			assertThat(items.stream().filter((item) -> item.startsWith(own)))
				.containsExactlyElementsOf(Numbered.items(0, 20)
					.stream()
					.filter((number) -> !number.endsWith("7"))
					.map((number) -> own + number)
					.toList());
		}
	}

	@Test
	void manyTransactionsOnSeveralStacksDoNotDeadlock() throws Exception {
		List<AppendStack<String>> stacks = List.of(stack(this.name + "-a"), stack(this.name + "-b"),
				stack(this.name + "-c"));
		Writers.run(8, (writer) -> {
			for (int i = 0; i < 20; i++) {
				String own = Writers.item(writer, i);
				int first = (writer + i) % 3;
				int second = (writer + i + 1 + i % 2) % 3;
				node().inTransaction(() -> {
					stacks.get(first).push(own);
					stacks.get(second).push(own);
					assertThat(items(stacks.get(second))).endsWith(own);
					assertThat(items(stacks.get(first))).endsWith(own);
				});
			}
		});
		List<String> all = stacks.stream().flatMap((stack) -> items(stack).stream()).toList();
		assertThat(all).hasSize(2 * 8 * 20);
		assertThat(all.stream().distinct()).hasSize(8 * 20);
	}

	@Test
	void pushWithAPrunerOfItsOwnIsPlacedAtOnceBehindEarlierPushes() {
		AppendStack<String> bounded = stack(bounds(1, 2));
		List<Layer<String>> pruned = new ArrayList<>();
		node().inTransaction(() -> {
			bounded.push("a");
			bounded.push("b");
			bounded.push("c", (layer) -> pruned.add(Layer.copyOf(layer)));
			assertThat(pruned).containsExactly(new Layer<>(0, List.of("a", "b")));
			bounded.push("d");
			assertThat(items(bounded)).containsExactly("c", "d");
		});
		assertThat(items(bounded)).containsExactly("c", "d");
		assertThat(pruned).hasSize(1);
	}

	@Test
	void callerMayGoOnAfterItsPrunerHasFailed() {
		AppendStack<String> bounded = stack(bounds(1, 2));
		bounded.pushAll(List.of("a", "b"));
		leaveInInbox("waiting 1", "waiting 2");
		node().inTransaction(() -> {
			assertThatIllegalStateException().isThrownBy(() -> bounded.push("lost", (layer) -> {
				throw new IllegalStateException("no");
			})).withMessage("no");
			assertThat(items(bounded)).containsExactly("a", "b");
		});
		assertThat(inboxRows()).isEqualTo(2);
		assertThat(items(bounded)).containsExactly("waiting 1", "waiting 2");
	}

	@Test
	void earlierPushesAreKeptAfterAPrunerHasFailed() {
		AppendStack<String> bounded = stack(bounds(2, 2));
		bounded.pushAll(List.of("0", "1"));
		node().inTransaction(() -> {
			bounded.pushAll(List.of("2", "3"));
			assertThatIllegalStateException().isThrownBy(() -> bounded.push("lost", (layer) -> {
				throw new IllegalStateException("no");
			}));
			bounded.push("4");
		});
		assertThat(bounded.fromOldest(10).entries()).isEqualTo(Numbered.entries(2, 5, 2));
	}

	@Test
	void whatAPrunerPushesInTheCallersTransactionFollows() {
		AppendStack<String> other = stack(this.name + "-other");
		AppendStack<String> lower = stack("a-" + this.name);
		AppendStack<String> bounded = stack(bounds(1, 2).andThen((with) -> with.pruner((layer) -> {
			stack().push("of the pruner " + layer.generation());
			other.push("pruned " + layer.generation());
			lower.push("pruned " + layer.generation());
		})));
		node().inTransaction(() -> {
			bounded.pushAll(List.of("a", "b", "c"));
			assertThat(items(bounded)).containsExactly("c");
			assertThat(items(other)).containsExactly("pruned 0");
		});
		assertThat(items(bounded)).containsExactly("c", "of the pruner 0");
		assertHolds(other, "pruned 0");
		assertHolds(lower, "pruned 0");
	}

	@Test
	void whatAPrunerPushesOntoAStackThatIsReadIsPlacedOnce() {
		AppendStack<String> higher = stack(this.name + "-higher");
		AppendStack<String> bounded = stack(bounds(1, 2).andThen((with) -> with.pruner((layer) -> {
			stack().push("of the pruner " + layer.generation());
			higher.push("pruned " + layer.generation());
			assertThat(items(higher)).endsWith("pruned " + layer.generation());
			assertThat(items(stack())).doesNotContain("of the pruner " + layer.generation());
		})));
		node().inTransaction(() -> {
			bounded.pushAll(List.of("a", "b", "c"));
			higher.push("x");
			assertThat(items(higher)).containsExactly("x", "pruned 0");
		});
		assertThat(items(bounded)).containsExactly("c", "of the pruner 0");
		bounded.pushAll(List.of("d", "e"));
		assertThat(items(bounded)).containsOnlyOnce("of the pruner 1").doesNotContain("of the pruner 0");
		assertThat(items(higher)).startsWith("x", "pruned 0", "pruned 1").doesNotHaveDuplicates();
	}

	@Test
	void exceptionOfAStacksOwnPrunerReachesTheReader() {
		AppendStack<String> bounded = stack(bounds(1, 1).andThen((with) -> with.pruner((layer) -> {
			throw new UnsupportedOperationException("no");
		})));
		bounded.push("a");
		node().inTransaction(() -> {
			bounded.push("b");
			assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(bounded::newest);
		});
		assertThat(items(bounded)).containsExactly("a", "b");
	}

}
