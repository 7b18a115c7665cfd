package io.github.appendonly.jpa.transaction;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.Layer;
import io.github.appendonly.Numbered;
import io.github.appendonly.Writers;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.StackSettings;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.user.PhaseListener;
import io.github.appendonly.jpa.user.Purchase;
import io.github.appendonly.jpa.user.PurchaseRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * All threads share a single connection. A thread that holds it and needs another one
 * would be stuck, and the test would fail with the pool's timeout.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class PoolOfOneTests extends DatabaseTests {

	private static final int THREADS = 4;

	private static final int ROUNDS = 5;

	@Override
	protected Node node() {
		return this.database.shared("spring.datasource.hikari.maximum-pool-size=1",
				"spring.datasource.hikari.connection-timeout=10000");
	}

	private void inParallel(Writers.Task task) throws Exception {
		Writers.run(THREADS, (thread) -> {
			for (int round = 0; round < ROUNDS; round++) {
				task.run(thread * ROUNDS + round);
			}
		});
	}

	private static List<String> all() {
		return Numbered.items(0, THREADS * ROUNDS);
	}

	@Test
	void pushesOutsideOfTransactions() throws Exception {
		inParallel((number) -> stack().push("" + number));
		assertThat(items(stack())).containsExactlyInAnyOrderElementsOf(all());
	}

	@Test
	void asynchronousPushes() throws Exception {
		inParallel((number) -> assertThat(stack().pushAsync("" + number)).succeedsWithin(WAIT));
		assertThat(items(stack())).containsExactlyInAnyOrderElementsOf(all());
	}

	@Test
	void asynchronousPushesInTransactionsThatDoNotWaitForThem() throws Exception {
		inParallel((number) -> node().inTransaction(() -> {
			stack().push("tx" + number);
			return stack().pushAsync("" + number);
		}).join());
		assertThat(items(stack())).hasSize(2 * THREADS * ROUNDS).containsAll(all());
	}

	@Test
	void pushesInTransactions() throws Exception {
		inParallel((number) -> {
			node().inTransaction(() -> stack().push("" + number));
			assertThat(items(stack())).contains("" + number);
		});
		assertThat(items(stack())).containsExactlyInAnyOrderElementsOf(all());
	}

	@Test
	void pushesAndReadsInTransactions() throws Exception {
		inParallel((number) -> node().inTransaction(() -> {
			assertThat(items(stack())).doesNotContain("" + number);
			stack().push("" + number);
			assertThat(items(stack())).endsWith("" + number);
		}));
		assertThat(items(stack())).containsExactlyInAnyOrderElementsOf(all());
	}

	@Test
	void readsInReadOnlyTransactionsBesidePushes() throws Exception {
		TransactionTemplate readOnly = node().transaction();
		readOnly.setReadOnly(true);
		inParallel((number) -> {
			stack().push("" + number);
			readOnly.executeWithoutResult(
					(status) -> assertThat(stack().newest(100)).extracting(Entry::item).contains("" + number));
		});
	}

	@Test
	void pushesAfterTheCommitAndAfterTheCompletion() throws Exception {
		inParallel((number) -> node().inTransaction(() -> {
			node().publish(new PhaseListener.Event(TransactionPhase.AFTER_COMMIT, () -> stack().push("" + number)));
			stack().push("tx" + number);
			node().publish(new PhaseListener.Event(TransactionPhase.AFTER_COMPLETION,
					() -> assertThat(items(stack())).contains("tx" + number)));
		}));
		assertThat(items(stack())).hasSize(2 * THREADS * ROUNDS).containsAll(all());
	}

	@Test
	void prunersThatUseRepositories() throws Exception {
		PurchaseRepository purchases = node().bean(PurchaseRepository.class);
		AppendStack<String> bounded = stack(bounds(1, 2).andThen(
				(with) -> with.pruner((layer) -> purchases.save(new Purchase(this.name + "-" + layer.generation())))));
		inParallel((number) -> {
			if (number % 2 == 0) {
				bounded.push("" + number);
			}
			else {
				node().inTransaction(() -> bounded.push("" + number));
			}
		});
		assertThat(bounded.newest()).isPresent();
		assertThat(purchases.findAllById(Numbered.items(0, 20).stream().map((g) -> this.name + "-" + g).toList()))
			.hasSize(THREADS * ROUNDS / 2 - 1);
	}

	@Test
	void prunerWithAnArchiveOfAnotherNameAndCallbacksAfterTheCommit() throws Exception {
		Archive<String> archive = node().structures().archive(this.name + "-other", String.class);
		ConcurrentMap<Long, Layer<String>> seen = new ConcurrentHashMap<>();
		AppendStack<String> bounded = stack(bounds(1, 2).andThen((with) -> with.pruner((layer) -> {
			archive.addLayer(layer);
			node().publish(new PhaseListener.Event(TransactionPhase.AFTER_COMMIT, () -> {
				stack(this.name + "-log").push("pruned");
				archive.layer(layer.generation()).ifPresent((kept) -> seen.put(kept.generation(), kept));
			}));
		})));
		inParallel((number) -> bounded.push("" + number));
		assertThat(archive.layerCount()).isEqualTo(THREADS * ROUNDS / 2 - 1);
		assertThat(seen).hasSize(THREADS * ROUNDS / 2 - 1);
		assertThat(stack(this.name + "-log").size()).isEqualTo(THREADS * ROUNDS / 2 - 1);
	}

	@Test
	void entitiesAsItems() throws Exception {
		PurchaseRepository purchases = node().bean(PurchaseRepository.class);
		Consumer<StackSettings<Purchase>> settings = (
				stack) -> stack.bounds(2, 3).archived().pruner((layer) -> purchases.delete(layer.items().get(0)));
		AppendStack<Purchase> bounded = node().structures().stack(this.name, Purchase.class, settings);
		History<Purchase> history = new History<>(bounded, node().structures().archive(this.name, Purchase.class));
		inParallel((number) -> {
			Purchase purchase = new Purchase(this.name + "-" + number);
			node().inTransaction(() -> {
				purchases.save(purchase);
				bounded.push(purchase);
				if (number % 2 == 0) {
					assertThat(bounded.newest()).isPresent();
				}
				node().publish(new PhaseListener.Event(TransactionPhase.AFTER_COMMIT,
						() -> assertThat(bounded.newest(9)).isNotEmpty()));
			});
			assertThat(history.newest(9)).isNotEmpty();
		});
		int layers = THREADS * ROUNDS / 3 - 1;
		assertThat(history.fromOldest(THREADS * ROUNDS).gone()).hasSize(layers);
		assertThat(history).hasSize(THREADS * ROUNDS - layers);
	}

	@Test
	void accumulators() throws Exception {
		Accumulator<String> accumulator = node().structures().accumulator(this.name, String.class);
		ConcurrentLinkedQueue<String> consumed = new ConcurrentLinkedQueue<>();
		inParallel((number) -> {
			if (number % 2 == 0) {
				accumulator.append("" + number);
			}
			else {
				node().inTransaction(() -> {
					accumulator.append("" + number);
					assertThat(accumulator.isEmpty()).isFalse();
				});
			}
			consumed
				.addAll((number % 3 == 0) ? accumulator.consume(2) : node().inTransaction(() -> accumulator.consume()));
			assertThat(accumulator.size()).isGreaterThanOrEqualTo(0);
		});
		consumed.addAll(accumulator.consume());
		assertThat(consumed).containsExactlyInAnyOrderElementsOf(all());
	}

	@Test
	void pushesAndAppendsWithKeys() throws Exception {
		Accumulator<String> accumulator = node().structures().accumulator(this.name, String.class);
		ConcurrentLinkedQueue<String> stored = new ConcurrentLinkedQueue<>();
		inParallel((number) -> {
			String key = "" + number / 2 * 2;
			if (number % 3 == 0) {
				node().inTransaction(() -> {
					stack().push(key, key);
					accumulator.append(key, key);
				});
			}
			else if (number % 3 == 1) {
				stack().push(key, key);
				accumulator.append(key, key);
			}
			else {
				node().inTransaction(() -> node().publish(new PhaseListener.Event(TransactionPhase.AFTER_COMMIT, () -> {
					stack().push(key, key);
					accumulator.append(key, key);
				})));
			}
			stored.add(key);
		});
		assertThat(items(stack())).doesNotHaveDuplicates().hasSameElementsAs(stored);
		assertThat(accumulator).doesNotHaveDuplicates().hasSameElementsAs(stored);
	}

	@Test
	void statusAndDrop() throws Exception {
		inParallel((number) -> {
			AppendStack<String> own = stack(this.name + "-" + number);
			own.push("a");
			node().inTransaction(() -> own.push("b"));
			assertThat(node().structures().status(this.name + "-" + number).newest()).isPresent();
			if (number % 2 == 0) {
				node().structures().drop(this.name + "-" + number);
			}
			else {
				node().inTransaction(() -> node().structures().drop(this.name + "-" + number));
			}
			assertThat(own).isEmpty();
		});
	}

}
