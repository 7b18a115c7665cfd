package io.github.appendonly.jpa.sequencer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.actuate.SequencerMetrics;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Transactions that keep stacks locked, and inboxes that are long.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class BusyStackTests extends DatabaseTests {

	/** As many as there are threads that place. */
	private static final int HELD = 4;

	private final CountDownLatch release = new CountDownLatch(1);

	private final List<CompletableFuture<Boolean>> holding = new ArrayList<>();

	/**
	 * Its reads wait as they do by default.
	 */
	@Override
	protected Node node() {
		return this.database.shared("appendonly.read.max-wait=500ms");
	}

	@AfterEach
	void end() {
		this.release.countDown();
		this.holding.forEach(CompletableFuture::join);
	}

	/**
	 * Starts a transaction that has placed an item, and keeps the stack locked.
	 */
	private void hold(AppendStack<String> stack) {
		CountDownLatch held = new CountDownLatch(1);
		this.holding.add(CompletableFuture.supplyAsync(() -> node().inTransaction(() -> {
			stack.push("held");
			assertThat(stack.newest()).isPresent();
			held.countDown();
			return awaited(this.release);
		}), (task) -> new Thread(task).start()));
		assertThat(awaited(held)).isTrue();
	}

	private static boolean awaited(CountDownLatch latch) {
		try {
			return latch.await(WAIT.toSeconds(), TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private double readTimeouts() {
		return node().bean(MeterRegistry.class).get("appendonly.read.timeouts").tag("stack", "other").counter().count();
	}

	@Test
	void doNotDisturbOtherStacks() {
		List<AppendStack<String>> held = new ArrayList<>();
		List<CompletableFuture<Position>> waiting = new ArrayList<>();
		for (int i = 0; i < HELD; i++) {
			AppendStack<String> stack = stack(this.name + "-" + i);
			if (i % 2 == 0) {
				stack.push("first");
			}
			hold(stack);
			held.add(stack);
		}
		for (AppendStack<String> stack : held) {
			node().inTransaction(() -> stack.push("a"));
			waiting.add(stack.pushAsync("b"));
		}
		node().inTransaction(() -> stack().push("1"));
		await().atMost(WAIT).until(() -> inboxRows() == 0);
		assertThat(stack().pushAsync("2")).succeedsWithin(WAIT).isEqualTo(new Position(0, 1));
		assertThat(waiting).noneMatch(CompletableFuture::isDone);
		this.release.countDown();
		assertThat(waiting).allSatisfy((each) -> assertThat(each).succeedsWithin(WAIT));
		for (int i = 0; i < HELD; i++) {
			assertThat(items(held.get(i))).endsWith("held", "a", "b").hasSize((i % 2 == 0) ? 4 : 3);
		}
	}

	@Test
	void doNotDisturbOtherStacksWithoutGroupCommit() {
		List<CompletableFuture<Position>> waiting = new ArrayList<>();
		for (int i = 0; i < HELD; i++) {
			AppendStack<String> stack = stack(this.name + "-" + i);
			hold(stack);
			waiting.add(idleNode().structures().stack(this.name + "-" + i, String.class).pushAsync("b"));
		}
		assertThat(idleNode().structures().stack(this.name, String.class).pushAsync("1")).succeedsWithin(WAIT);
		assertThat(waiting).noneMatch(CompletableFuture::isDone);
		this.release.countDown();
		assertThat(waiting).allSatisfy((each) -> assertThat(each).succeedsWithin(WAIT));
	}

	@Test
	void readReturnsWhatIsPlaced() {
		assertReads(stack(), "first");
	}

	@Test
	void readOfAStackWithAPrunerReturnsWhatIsPlaced() {
		assertReads(stack((with) -> with.pruner((layer) -> {
		})), "first");
	}

	@Test
	void readWithoutGroupCommitReturnsWhatIsPlaced() {
		AppendStack<String> idle = this.database
			.shared("appendonly.group-commit.enabled=false", "appendonly.read.max-wait=500ms")
			.structures()
			.stack(this.name, String.class);
		idle.push("first");
		hold(stack());
		leaveInInbox("waiting");
		assertThat(CompletableFuture.supplyAsync(() -> items(idle))).succeedsWithin(WAIT).isEqualTo(List.of("first"));
		this.release.countDown();
		end();
		assertHolds(idle, "first", "held", "waiting");
	}

	@Test
	void readOfAStackThatIsBeingCreatedReturnsNothing() {
		assertReads(stack());
	}

	private void assertReads(AppendStack<String> stack, String... placed) {
		List.of(placed).forEach(stack::push);
		hold(stack);
		node().inTransaction(() -> stack.push("waiting"));
		node().bean(SequencerMetrics.class).readTimedOut("");
		double before = readTimeouts();
		assertThat(CompletableFuture.supplyAsync(() -> items(stack))).succeedsWithin(WAIT).isEqualTo(List.of(placed));
		assertThat(readTimeouts()).isEqualTo(before + 1);
		end();
		List<String> all = new ArrayList<>(List.of(placed));
		all.addAll(List.of("held", "waiting"));
		assertHolds(stack, all.toArray(String[]::new));
	}

	@Test
	void pushWaitsForTheTransactionAndComesAfterIt() {
		stack().push("first");
		hold(stack());
		CompletableFuture<Boolean> pushed = CompletableFuture.supplyAsync(() -> {
			stack().push("next");
			return true;
		});
		CompletableFuture<Position> async = stack().pushAsync("async");
		this.release.countDown();
		assertThat(pushed).succeedsWithin(WAIT);
		assertThat(async).succeedsWithin(WAIT);
		assertThat(items(stack())).startsWith("first", "held").hasSize(4);
	}

	@Test
	void longInboxIsPlacedInPortionsAndAReadReturnsWhatIsPlaced() {
		int rows = 5000;
		stack(bounds(100, 100)).push("0");
		String series = (this.database == TestDatabase.H2) ? "system_range(1, ?)" : "generate_series(1, ?)";
		node().jdbc()
			.sql("insert into appendonly_inbox (name, length, items) select ?, 1, '[\"' || s.x || '\"]' from " + series
					+ " s(x)")
			.params(this.name, rows)
			.update();
		AppendStack<String> impatient = this.database.shared("appendonly.read.max-wait=0")
			.structures()
			.stack(this.name, String.class);
		List<String> all = Numbered.items(0, rows + 1);
		List<String> read = items(impatient);
		assertThat(read).isNotEmpty().isEqualTo(all.subList(0, read.size()));
		await().atMost(WAIT).until(() -> inboxRows() == 0);
		assertThat(items(stack())).isEqualTo(all);
	}

}
