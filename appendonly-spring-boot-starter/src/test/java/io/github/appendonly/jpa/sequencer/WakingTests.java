package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.family.KnownTerms;
import io.github.appendonly.jpa.sequencer.plan.StackDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

import io.github.appendonly.Position;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.item.DecodedLayerCache;
import io.github.appendonly.jpa.item.Items;
import io.github.appendonly.jpa.item.JacksonItemCodec;
import io.github.appendonly.jpa.transaction.DelayingExecutor;
import io.github.appendonly.jpa.transaction.ShutdownGate;
import io.github.appendonly.jpa.transaction.Tenants;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stacks that are gathered, to be placed in the background.
 */
class WakingTests {

	private static final Duration SHORT = Duration.ofMillis(5);

	private static final Duration LONG = Duration.ofMillis(20);

	/**
	 * A task for the executor.
	 */
	private record Task(Runnable work, Duration delay) {
	}

	private final EntityManagerFactory unit = TestDatabase.H2.shared().bean(EntityManagerFactory.class);

	private final Tenants tenants = new Tenants(this.unit);

	private final ShutdownGate gate = new ShutdownGate();

	private final List<Task> tasks = new ArrayList<>();

	private final List<List<String>> placed = new ArrayList<>();

	private final List<CompletableFuture<Position>> futures = new ArrayList<>();

	private final Waking waking = waking((task, delay) -> this.tasks.add(new Task(task, delay)));

	private Runnable meanwhile = () -> {
	};

	private Waking waking(DelayingExecutor executor) {
		return new Waking(this.tenants, executor, this.gate, this::place);
	}

	private List<CompletableFuture<Position>> place(List<StackDefinition<?>> stacks) {
		this.placed.add(stacks.stream().<String>map(StackDefinition::name).sorted().toList());
		this.meanwhile.run();
		List<CompletableFuture<Position>> done = stacks.stream()
			.map((stack) -> new CompletableFuture<Position>())
			.toList();
		this.futures.addAll(done);
		return done;
	}

	private StackDefinition<String> stack(String name) {
		return StackDefinition.withoutSettings(name, KnownTerms.NONE, Items.of(name, "appendonly_slice", String.class,
				new JacksonItemCodec(JsonMapper.shared()), this.unit, new DecodedLayerCache()));
	}

	private void runTask(Duration delay) {
		Task task = this.tasks.remove(0);
		assertThat(task.delay()).isEqualTo(delay);
		task.work().run();
	}

	private boolean isContained(String stack) {
		return this.waking.contains(this.tenants.key(stack));
	}

	@Test
	void stacksArePlacedTogether() {
		this.waking.addCommitted(stack("b"));
		this.waking.addCommitted(stack("a"));
		this.waking.addCommitted(stack("b"));
		assertThat(isContained("a")).isTrue();
		runTask(SHORT);
		assertThat(this.placed).containsExactly(List.of("a", "b"));
		assertThat(isContained("a")).isFalse();
		this.waking.addCommitted(stack("a"));
		runTask(SHORT);
		assertThat(this.placed).hasSize(2);
		assertThat(this.tasks).isEmpty();
	}

	@Test
	void whileManyTransactionsCommitTheyAreGatheredForLonger() {
		for (int i = 0; i < SHORT.toMillis(); i++) {
			this.waking.addCommitted(stack("a"));
		}
		this.meanwhile = () -> this.waking.addCommitted(stack("b"));
		runTask(SHORT);
		runTask(LONG);
		runTask(SHORT);
		assertThat(this.placed).containsExactly(List.of("a"), List.of("b"), List.of("b"));
	}

	@Test
	void urgentStackTakesTheOthersWithIt() {
		this.waking.addCommitted(stack("a"));
		this.waking.addUrgent(stack("b"));
		this.waking.addUrgent(stack("c"));
		assertThat(this.tasks).extracting(Task::delay).containsExactly(SHORT, Duration.ZERO);
		this.tasks.remove(1).work().run();
		runTask(SHORT);
		assertThat(this.placed).containsExactly(List.of("a", "b", "c"));
	}

	@Test
	void stopWaitsUntilAllArePlaced() {
		this.waking.addCommitted(stack("a"));
		this.waking.addCommitted(stack("b"));
		assertThat(this.gate.close(Duration.ZERO)).isFalse();
		this.waking.addCommitted(stack("c"));
		runTask(SHORT);
		assertThat(this.placed).containsExactly(List.of("a", "b"));
		this.futures.get(0).complete(new Position(0, 0));
		assertThat(this.gate.close(Duration.ZERO)).isFalse();
		this.futures.get(1).completeExceptionally(new IllegalStateException());
		assertThat(this.gate.close(Duration.ZERO)).isTrue();
	}

	@Test
	void stacksThatCannotBePlacedAreForgotten() {
		Waking refused = waking((task, delay) -> {
			throw new RejectedExecutionException();
		});
		refused.addCommitted(stack("a"));
		assertThat(refused.contains(this.tenants.key("a"))).isFalse();
		assertThat(this.gate.close(Duration.ZERO)).isTrue();
	}

}
