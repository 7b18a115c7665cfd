package io.github.appendonly.jpa.sequencer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Layer;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.Writers;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.StackSettings;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.item.ItemCodec;
import io.github.appendonly.jpa.user.Purchase;
import io.github.appendonly.jpa.user.PurchaseRepository;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.OptimisticLockException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.BeanUtils;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.orm.ObjectOptimisticLockingFailureException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Pruners, which run in the transaction that drops their layers.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
public class PrunerTests extends DatabaseTests {

	private final List<Layer<String>> pruned = new ArrayList<>();

	private final AtomicBoolean failing = new AtomicBoolean();

	private void prune(Layer<? extends String> layer) {
		if (this.failing.get()) {
			throw new UnsupportedOperationException("generation " + layer.generation());
		}
		this.pruned.add(Layer.copyOf(layer));
	}

	private AppendStack<String> bounded() {
		return stack(bounds(2, 2).andThen((with) -> with.pruner(this::prune)));
	}

	private PurchaseRepository purchases() {
		return node().bean(PurchaseRepository.class);
	}

	private String id(long generation) {
		return this.name + "-" + generation;
	}

	@Test
	void failingPrunerFailsThePush() {
		bounded().pushAll(Numbered.items(0, 4));
		this.failing.set(true);
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> bounded().push("lost"))
			.withMessage("generation 0");
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> bounded().pushAsync("lost").get())
			.withCauseInstanceOf(UnsupportedOperationException.class);
		assertThat(items(bounded())).isEqualTo(Numbered.items(0, 4));
		this.failing.set(false);
		bounded().push("4");
		assertThat(items(bounded())).isEqualTo(Numbered.items(2, 5));
		assertThat(this.pruned).isEqualTo(Numbered.layers(0, 1, 2));
	}

	@Test
	void failingPrunerLeavesLayersBeyondTheBoundsWhereItemsAreCommittedAlready() {
		bounded().pushAll(Numbered.items(0, 4));
		this.failing.set(true);
		node().inTransaction(() -> bounded().pushAll(Numbered.items(4, 7)));
		assertThat(items(bounded())).isEqualTo(Numbered.items(0, 7));
		assertThat(inboxRows()).isZero();
		leaveInInbox("7");
		assertThat(bounded().size()).isEqualTo(8);
		assertThat(this.pruned).isEmpty();
		this.failing.set(false);
		bounded().push("8");
		assertThat(this.pruned).isEqualTo(Numbered.layers(0, 3, 2));
		assertThat(items(bounded())).isEqualTo(Numbered.items(6, 9));
	}

	@Test
	void pushDoesNotFailWithThePrunerOfAnotherInItsBatch() throws Exception {
		AppendStack<String> other = stack(bounds(2, 2).andThen((with) -> with.archived()));
		other.pushAll(Numbered.items(0, 4));
		this.failing.set(true);
		Queue<String> pushed = new ConcurrentLinkedQueue<>(Numbered.items(0, 4));
		AtomicInteger failed = new AtomicInteger();
		Writers.run(8, (writer) -> {
			for (int i = 0; i < 10; i++) {
				String item = Writers.item(writer, i);
				if (writer % 2 == 0) {
					other.push(item);
					pushed.add(item);
				}
				else {
					try {
						bounded().push(item);
						pushed.add(item);
					}
					catch (UnsupportedOperationException ex) {
						assertThat(ex).hasMessageStartingWith("generation ");
						failed.incrementAndGet();
					}
				}
			}
		});
		assertThat(items(node().structures().history(this.name, String.class)))
			.containsExactlyInAnyOrderElementsOf(pushed);
		assertThat(pushed).hasSize(4 + 80 - failed.get());
	}

	@Test
	void prunerIsCalledOncePerLayerHoweverManyWriteFromSeveralNodes() throws Exception {
		ConcurrentMap<Long, List<String>> layers = new ConcurrentHashMap<>();
		AtomicInteger calls = new AtomicInteger();
		Consumer<StackSettings<String>> settings = bounds(2, 2).andThen((with) -> with.pruner((layer) -> {
			calls.incrementAndGet();
			layers.merge(layer.generation(), List.copyOf(layer.items()), (first, second) -> List.of("twice"));
		}));
		List<Node> nodes = List.of(node(), secondNode(), idleNode());
		Writers.run(6, (writer) -> {
			Node node = nodes.get(writer % 3);
			AppendStack<String> stack = node.structures().stack(this.name, String.class, settings);
			for (int i = 0; i < 20; i++) {
				String item = Writers.item(writer, i);
				if (i % 2 == 0) {
					stack.push(item);
				}
				else {
					node.inTransaction(() -> stack.push(item));
				}
			}
		});
		List<String> all = new ArrayList<>();
		List<String> kept = items(node().structures().stack(this.name, String.class, settings));
		for (long generation = 0; generation < layers.size(); generation++) {
			assertThat(layers.get(generation)).hasSize(2);
			all.addAll(layers.get(generation));
		}
		all.addAll(kept);
		assertThat(all).hasSize(120).doesNotHaveDuplicates();
		assertThat(calls).hasValue(layers.size());
		assertThat(layers).hasSize(58);
	}

	@Test
	void whatAPrunerWritesCommitsWithThePush() {
		AppendStack<String> stack = stack(bounds(1, 2)
			.andThen((with) -> with.pruner((layer) -> purchases().save(new Purchase(id(layer.generation()))))));
		stack.pushAll(Numbered.items(0, 3));
		assertThat(purchases().existsById(id(0))).isTrue();
		node().inTransaction(() -> stack.pushAll(Numbered.items(3, 5)));
		assertThat(items(stack)).containsExactly("4");
		assertThat(purchases().existsById(id(1))).isTrue();
	}

	@Test
	void whatAPrunerWritesIsRolledBackWithThePush() {
		AppendStack<String> stack = stack(bounds(1, 2).andThen((with) -> with.pruner((layer) -> {
			purchases().saveAndFlush(new Purchase(id(layer.generation())));
			if (layer.generation() == 1) {
				throw new IllegalStateException("no");
			}
		})));
		stack.pushAll(Numbered.items(0, 2));
		assertThatIllegalStateException().isThrownBy(() -> stack.pushAll(Numbered.items(2, 5)));
		assertThat(purchases().existsById(id(0))).isFalse();
		assertThat(items(stack)).isEqualTo(Numbered.items(0, 2));
		node().transaction().executeWithoutResult((status) -> {
			stack.push("2");
			assertThat(items(stack)).containsExactly("2");
			assertThat(purchases().existsById(id(0))).isTrue();
			status.setRollbackOnly();
		});
		assertThat(purchases().existsById(id(0))).isFalse();
		assertThat(items(stack)).isEqualTo(Numbered.items(0, 2));
	}

	@Test
	void prunerThatFailsWithTheCommitFailsThePush() {
		purchases().save(new Purchase(id(0)));
		AppendStack<String> stack = stack(bounds(1, 2).andThen((with) -> with
			.pruner((layer) -> node().entityManager().persist(new Purchase(id(layer.generation()))))));
		stack.pushAll(Numbered.items(0, 2));
		assertThatExceptionOfType(DataIntegrityViolationException.class).isThrownBy(() -> stack.push("lost"));
		assertThat(items(stack)).isEqualTo(Numbered.items(0, 2));
	}

	@Test
	void prunerThatLeavesAViolationOfAUniqueKeyIsNotCalledAgain() {
		assertFailsAtOnce((purchase) -> node().entityManager().persist(purchase));
	}

	@Test
	void prunerThatViolatesAUniqueKeyWithTheCommitIsNotCalledAgain() {
		assertFailsAtOnce((purchase) -> TransactionSynchronizationManager
			.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void beforeCommit(boolean readOnly) {
					node().entityManager().persist(purchase);
				}

			}));
	}

	/**
	 * A unique key that is violated by our own statements is a lost race, and worth
	 * another try; not so if it is by a pruner's.
	 */
	private void assertFailsAtOnce(Consumer<Purchase> writing) {
		purchases().save(new Purchase(id(0)));
		List<Long> calls = new ArrayList<>();
		AppendStack<String> stack = stack(bounds(1, 2).andThen((with) -> with.pruner((layer) -> {
			calls.add(layer.generation());
			writing.accept(new Purchase(id(layer.generation())));
		})));
		stack.pushAll(Numbered.items(0, 2));
		assertThatExceptionOfType(DataIntegrityViolationException.class).isThrownBy(() -> stack.push("lost"));
		assertThat(calls).containsExactly(0L);
		assertThat(items(stack)).isEqualTo(Numbered.items(0, 2));
		assertThat(node().structures().status(this.name).conflicts()).isZero();
	}

	@Test
	void violationOfAPrunerIsNoFaultOfOthersInItsBatch() {
		purchases().save(new Purchase(id(0)));
		List<Runnable> tasks = new CopyOnWriteArrayList<>();
		JpaAppendOnlyStructures lazy = structures(tasks);
		AppendStack<String> pruning = lazy.stack(this.name, String.class, bounds(1, 2).andThen((with) -> with
			.pruner((layer) -> node().entityManager().persist(new Purchase(id(layer.generation()))))));
		AppendStack<String> other = lazy.stack(this.name, String.class, bounds(3, 2));
		stack().pushAll(Numbered.items(0, 2));
		CompletableFuture<Position> violating = pruning.pushAsync("lost");
		CompletableFuture<Position> innocent = other.pushAsync("2");
		tasks.forEach(Runnable::run);
		assertThat(violating).failsWithin(WAIT)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(DataIntegrityViolationException.class);
		assertThat(innocent).succeedsWithin(WAIT);
		assertThat(items(stack())).isEqualTo(Numbered.items(0, 3));
	}

	/**
	 * Structures that do in the background what they are told to, when they are told to.
	 */
	private JpaAppendOnlyStructures structures(List<Runnable> tasks) {
		return new JpaAppendOnlyStructures(node().bean(EntityManagerFactory.class),
				node().bean(PlatformTransactionManager.class), node().bean(ItemCodec.class),
				(task, delay) -> tasks.add(task),
				new JpaAppendOnlyStructures.Options(
						RetryPolicy.builder().predicate(JpaAppendOnlyStructures::isTransient).maxRetries(3).build(),
						true, false, List.of()));
	}

	@ParameterizedTest
	@ValueSource(
			classes = { AssertionError.class, StackOverflowError.class, NoClassDefFoundError.class, IOException.class })
	void errorOfAPrunerIsNoFaultOfOthers(Class<? extends Throwable> type) {
		Throwable error = BeanUtils.instantiateClass(type);
		List<Runnable> tasks = new CopyOnWriteArrayList<>();
		JpaAppendOnlyStructures lazy = structures(tasks);
		Consumer<StackSettings<String>> failing = bounds(1, 2)
			.andThen((with) -> with.pruner((layer) -> PrunerTests.<RuntimeException>sneakily(error)));
		AppendStack<String> other = lazy.stack(this.name, String.class, bounds(3, 2));
		stack().pushAll(Numbered.items(0, 2));
		CompletableFuture<Position> lost = lazy.stack(this.name, String.class, failing).pushAsync("lost");
		CompletableFuture<Position> innocent = other.pushAsync("2");
		for (int i = 0; i < tasks.size(); i++) { // a task may hand over another one
			tasks.get(i).run();
		}
		assertThat(lost).failsWithin(WAIT).withThrowableOfType(ExecutionException.class).havingCause().isSameAs(error);
		assertThat(innocent).succeedsWithin(WAIT);
		assertThatThrownBy(() -> stack(failing).push("lost")).isSameAs(error);
		node().transaction().executeWithoutResult((status) -> {
			stack(failing).push("lost");
			assertThatThrownBy(() -> items(stack(failing))).isSameAs(error);
			status.setRollbackOnly();
		});
		leaveInInbox("3", "4");
		assertThat(items(stack(failing))).isEqualTo(Numbered.items(0, 5));
	}

	@SuppressWarnings("unchecked")
	private static <X extends Throwable> void sneakily(Throwable failure) throws X {
		throw (X) failure;
	}

	@Test
	void prunerThatFailsWithTheCommitDoesNotKeepReadersFromReading() {
		purchases().save(new Purchase(id(0)));
		AppendStack<String> stack = stack(bounds(1, 2).andThen((with) -> with
			.pruner((layer) -> node().entityManager().persist(new Purchase(id(layer.generation()))))));
		stack.push("0");
		leaveInInbox("1", "2", "3");
		assertThat(items(stack)).isEqualTo(Numbered.items(0, 4));
		purchases().deleteById(id(0));
		stack.push("4");
		assertThat(items(stack)).containsExactly("4");
		assertThat(purchases().existsById(id(1))).isTrue();
	}

	@Test
	void prunerThatLosesARaceIsCalledAgain() {
		AtomicInteger calls = new AtomicInteger();
		AppendStack<String> stack = stack(bounds(1, 1).andThen((with) -> with.pruner((layer) -> {
			if (calls.incrementAndGet() < 3) {
				throw new ObjectOptimisticLockingFailureException(Purchase.class, layer.generation());
			}
		})));
		stack.push("0");
		stack.push("1");
		assertThat(calls).hasValue(3);
		assertThat(items(stack)).containsExactly("1");
	}

	@Test
	void prunerThatLosesARaceInTheWordsOfJpaIsCalledAgain() {
		AtomicInteger calls = new AtomicInteger();
		AppendStack<String> stack = stack(bounds(1, 1).andThen((with) -> with.pruner((layer) -> {
			if (calls.incrementAndGet() < 3) {
				throw new OptimisticLockException("somebody was faster");
			}
		})));
		stack.push("0");
		stack.push("1");
		assertThat(calls).hasValue(3);
		assertThat(items(stack)).containsExactly("1");
	}

	@Test
	void archiveGetsTheLayersBesideThePruner() {
		AppendStack<String> stack = stack(bounds(1, 2).andThen((with) -> with.archived().pruner(this::prune)));
		stack.pushAll(Numbered.items(0, 3));
		this.failing.set(true);
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> stack.pushAll(Numbered.items(3, 5)));
		assertThat(items(node().structures().archive(this.name, String.class))).containsExactly("0", "1");
		this.failing.set(false);
		stack.pushAll(Numbered.items(3, 5));
		assertThat(items(node().structures().history(this.name, String.class))).isEqualTo(Numbered.items(0, 5));
		assertThat(this.pruned).isEqualTo(Numbered.layers(0, 2, 2));
	}

	@Test
	void prunerMayReadItsStackAndSeesItAsItWas() {
		List<String> seen = new ArrayList<>();
		AppendStack<String> stack = stack(
				bounds(1, 2).andThen((with) -> with.pruner((layer) -> seen.addAll(items(stack())))));
		stack.pushAll(Numbered.items(0, 2));
		stack.push("2");
		assertThat(seen).containsExactly("0", "1");
		node().inTransaction(() -> {
			stack.push("3");
			stack.push("4");
			assertThat(items(stack)).containsExactly("4");
		});
		assertThat(seen).containsExactly("0", "1", "2");
	}

	@Test
	void prunerMayPushAndReadAgain() {
		AppendStack<String> stack = stack(bounds(1, 2).andThen((with) -> with.pruner((layer) -> {
			stack().push("pruned " + layer.generation());
			assertThat(items(stack())).isEqualTo(layer.items());
		})));
		stack.pushAll(Numbered.items(0, 2));
		stack.push("2");
		assertThat(items(stack)).containsExactly("2", "pruned 0");
	}

	@Test
	void prunerCannotWaitForAnotherPushOntoItsStack() {
		TransactionTemplate suspended = node().transaction();
		suspended.setPropagationBehavior(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
		AppendStack<String> stack = stack(bounds(1, 1)
			.andThen((with) -> with.pruner((layer) -> suspended.executeWithoutResult((status) -> stack().push("no")))));
		stack.push("0");
		assertThatIllegalStateException().isThrownBy(() -> stack.push("1"))
			.withMessageContaining("'" + this.name + "'");
		node().inTransaction(() -> assertThatIllegalStateException()
			.isThrownBy(() -> stack.push("1", (layer) -> stack().push("2", (again) -> {
			}))));
		assertThat(items(stack)).containsExactly("0");
	}

}
