package io.github.appendonly.jpa.retention;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Changes;
import io.github.appendonly.CursorExpiredException;
import io.github.appendonly.Entry;
import io.github.appendonly.Follower;
import io.github.appendonly.History;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.StartAt;
import io.github.appendonly.Subscription;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.StackSettings;
import io.github.appendonly.jpa.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Items are placed long ago by changing their rows.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@SuppressWarnings("UnnecessaryLambda") // settings are handed on
class RetentionTests extends DatabaseTests {

	private static final Duration DAY = Duration.ofDays(1);

	private static final Consumer<StackSettings<String>> KEPT = (stack) -> stack.bounds(10, 3).retention(DAY);

	private static final Consumer<StackSettings<String>> ARCHIVED = (
			stack) -> stack.bounds(2, 3).archived().retention(DAY);

	private static final List<String> AGED = List.of(
			"appendonly_slice set written_at = written_at - interval '%s' hour where stack%s",
			"appendonly_archived_layer set newest_at = newest_at - interval '%s' hour where archive%s",
			"appendonly_stack set retention_due = retention_due - interval '%s' hour where name%s");

	private Removed run() {
		return run(node(), 100);
	}

	private static Removed run(Node node, int portion) {
		return node.bean(JpaAppendOnlyStructures.class).retention(portion).run();
	}

	/**
	 * Has the items of layers been placed earlier, and the stack be due.
	 */
	private void age(Duration by, long from, long to) {
		String hours = String.valueOf(by.toHours());
		String generations = " = ? and generation between " + from + " and " + to;
		change("update " + AGED.get(0).formatted(hours, generations));
		change("update " + AGED.get(1).formatted(hours, generations));
		change("update " + AGED.get(2).formatted(hours, " = ?"));
	}

	private void ageAll() {
		age(DAY.plusHours(1), 0, Long.MAX_VALUE);
	}

	private void change(String sql) {
		node().jdbc().sql(sql).param(this.name).update();
	}

	private Optional<OffsetDateTime> due() {
		return time("select retention_due from appendonly_stack where name = ? and retention_due is not null");
	}

	private Optional<OffsetDateTime> time(String sql) {
		return node().jdbc().sql(sql).param(this.name).query(OffsetDateTime.class).optional();
	}

	private History<String> history() {
		return node().structures().history(this.name, String.class);
	}

	private List<Long> archived() {
		List<Long> generations = new ArrayList<>();
		node().structures()
			.archive(this.name, String.class)
			.layers()
			.forEach((layer) -> generations.add(0, layer.generation()));
		return generations;
	}

	private void assertSound() {
		assertThat(node().structures().verify(this.name)).isEmpty();
	}

	private static Position push(AppendStack<String> stack, String item) {
		return stack.pushAsync(item).join();
	}

	@Test
	void quietStackGoesAndItsPositionsGoOn() {
		AppendStack<String> stack = stack(KEPT);
		stack.pushAll(Numbered.items(0, 7));
		ageAll();
		assertThat(run()).isEqualTo(new Removed(1, 3, 0, 7, 0, 0));
		assertThat(stack.isEmpty()).isTrue();
		assertThat(stack.size()).isZero();
		assertThat(stack.newest()).isEmpty();
		assertThat(stack.newest(5)).isEmpty();
		assertThat(stack.older(new Position(1, 1), 5)).isEmpty();
		assertThat(stack.get(new Position(2, 0))).isEmpty();
		assertThat(node().structures().status(this.name).newest()).isEmpty();
		assertThat(rows("appendonly_slice", "stack", this.name)).isZero();
		assertSound();
		assertThat(push(stack, "7")).isEqualTo(new Position(3, 0));
		assertThat(push(stack, "8")).isEqualTo(new Position(3, 1));
		assertThat(items(stack)).containsExactly("7", "8");
		assertSound();
	}

	@Test
	void cursorsKnowExactlyWhatTheyMiss() {
		AppendStack<String> stack = stack(KEPT);
		stack.pushAll(Numbered.items(0, 7));
		ageAll();
		run();
		Changes<String> behind = stack.since(new Position(1, 2), 9);
		assertThat(behind.expired()).isTrue();
		assertThat(behind.cursor()).isEqualTo(new Position(2, 0));
		assertThat(stack.since(behind.cursor(), 9))
			.isEqualTo(new Changes<String>(List.of(), behind.cursor(), true, false));
		assertThat(stack.since(Position.START, 9).expired()).isTrue();
		stack.push("7");
		assertThat(stack.since(new Position(1, 2), 9).expired()).isTrue();
		Changes<String> next = stack.since(new Position(2, 0), 9);
		assertThat(next.expired()).isFalse();
		assertThat(next.entries()).containsExactly(new Entry<>(new Position(3, 0), "7"));
	}

	@Test
	void followerThatIsBehindIsToldOnceAndOneAtTheEndIsNot() {
		stack(KEPT).pushAll(Numbered.items(0, 7));
		ageAll();
		run();
		LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
		List<Subscription> followers = List.of(
				stack().follow(StartAt.after(new Position(0, 1)), telling("behind", told)),
				stack().follow(StartAt.after(new Position(2, 0)), telling("at end", told)),
				stack().follow(StartAt.newest(), telling("newest", told)));
		try {
			assertThat(List.of(take(told), take(told), take(told), take(told))).containsExactlyInAnyOrder(
					"behind expired", "behind caught up", "at end caught up", "newest caught up");
			stack().push("7");
			assertThat(List.of(take(told), take(told), take(told))).containsExactlyInAnyOrder("behind 7", "at end 7",
					"newest 7");
		}
		finally {
			followers.forEach(Subscription::close);
		}
	}

	private static String take(LinkedBlockingQueue<String> told) {
		return elsewhere(() -> {
			try {
				return told.take();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	private static Follower<String> telling(String who, LinkedBlockingQueue<String> told) {
		return new Follower<>() {

			private boolean caughtUp;

			@Override
			public void onEntry(Entry<String> entry) {
				told.add(who + " " + entry.item());
			}

			@Override
			public void onExpired(CursorExpiredException expired) {
				told.add(who + " expired");
			}

			@Override
			public void onCaughtUp(Position cursor) {
				if (!this.caughtUp) {
					this.caughtUp = true;
					told.add(who + " caught up");
				}
			}

		};
	}

	@Test
	void layerGoesWhenItsNewestItemIsOlder() {
		AppendStack<String> stack = stack(KEPT);
		Numbered.items(0, 2).forEach(stack::push);
		age(DAY.plusHours(1), 0, 0);
		stack.push("2");
		stack.pushAll(Numbered.items(3, 7));
		assertThat(run()).isEqualTo(Removed.NOTHING);
		age(DAY.plusHours(1), 0, 0);
		assertThat(run()).isEqualTo(new Removed(1, 1, 0, 3, 0, 0));
		assertThat(items(stack)).isEqualTo(Numbered.items(3, 7));
		assertThat(due())
			.isEqualTo(time("select min(written_at) + interval '1' day from appendonly_slice where stack = ?"));
		assertSound();
	}

	@Test
	void layerThatSeemsOlderThanTheOneBeforeItWaits() {
		AppendStack<String> stack = stack(KEPT);
		stack.pushAll(Numbered.items(0, 9));
		age(DAY.plusHours(1), 1, 1);
		assertThat(run()).isEqualTo(Removed.NOTHING);
		assertThat(items(stack)).isEqualTo(Numbered.items(0, 9));
	}

	@Test
	void archiveExpiresFirstAndThenTheStack() {
		AppendStack<String> stack = stack(ARCHIVED);
		stack.pushAll(Numbered.items(0, 14));
		assertThat(archived()).containsExactly(0L, 1L, 2L);
		age(DAY.plusHours(1), 0, 1);
		assertThat(run()).isEqualTo(new Removed(1, 0, 2, 6, 0, 0));
		age(DAY.plusHours(1), 3, 4);
		assertThat(run()).isEqualTo(Removed.NOTHING);
		age(DAY.plusHours(1), 2, 2);
		assertThat(run()).isEqualTo(new Removed(1, 2, 1, 8, 0, 0));
		assertThat(history().isEmpty()).isTrue();
		assertThat(archived()).isEmpty();
		assertThat(due()).isEmpty();
		assertSound();
	}

	@Test
	void archivedLayersHaveTheTimeOfTheirNewestItem() {
		AppendStack<String> stack = stack(ARCHIVED);
		stack.pushAll(Numbered.items(0, 6));
		age(DAY.minusHours(1), 0, 0);
		Optional<OffsetDateTime> placed = time("select min(written_at) from appendonly_slice where stack = ?");
		stack.push("6");
		assertThat(archived()).containsExactly(0L);
		assertThat(time("select newest_at from appendonly_archived_layer where archive = ?")).isEqualTo(placed);
		stack((with) -> with.bounds(2, 2)).push("7");
		stack((with) -> with.bounds(2, 2)).push("8");
		assertThat(archived()).containsExactly(0L, 1L);
	}

	/**
	 * The archive begins again after all of it has expired.
	 */
	@Test
	void eachFollowerOfAHistoryIsToldExactlyWhenItMissesSomething() {
		AppendStack<String> stack = stack(ARCHIVED);
		stack.pushAll(Numbered.items(0, 10));
		List<Entry<String>> all = new ArrayList<>(history().fromOldest(100).entries());
		ageAll();
		run();
		for (Entry<String> entry : all.subList(0, 9)) {
			assertThat(history().since(entry.position(), 9).expired()).isTrue();
		}
		assertThat(history().since(all.get(9).position(), 9))
			.isEqualTo(new Changes<String>(List.of(), all.get(9).position(), true, false));
		assertThat(node().structures().archive(this.name, String.class).since(all.get(9).position(), 9).ahead())
			.isFalse();
		stack.pushAll(Numbered.items(10, 18));
		assertThat(archived()).containsExactly(4L);
		List<Entry<String>> left = history().fromOldest(100).entries();
		assertThat(left.stream().map(Entry::item)).isEqualTo(Numbered.items(10, 18));
		for (int i = 0; i < 10; i++) {
			Changes<String> changes = history().since(all.get(i).position(), 100);
			assertThat(changes.expired()).as("after %s", all.get(i).position()).isEqualTo(i < 9);
			assertThat(changes.entries()).isEqualTo(left);
		}
		assertSound();
	}

	@Test
	void retentionIsKeptInTheRowUntilAHandleRemovesIt() {
		node().inTransaction(() -> stack(KEPT).push("0"));
		assertThat(items(stack())).containsExactly("0");
		stack().push("1");
		assertThat(due()).isPresent();
		stack((with) -> with.retention(Duration.ZERO)).push("2");
		ageAll();
		assertThat(run()).isEqualTo(Removed.NOTHING);
		assertThat(due()).isEmpty();
		stack((with) -> with.retention(DAY)).push("3");
		assertThat(run().items()).isEqualTo(3);
		assertThat(due()).isPresent();
	}

	@Test
	void retentionOfAnExistingStackAppliesAtTheNextRun() {
		stack().pushAll(Numbered.items(0, 100));
		ageAll();
		stack((with) -> with.retention(DAY)).push("100");
		assertThat(run()).isEqualTo(new Removed(1, 1, 0, 100, 0, 0));
		assertThat(items(stack())).containsExactly("100");
	}

	/**
	 * Neither stack is pushed onto after the settings are made.
	 */
	@Test
	void quietStacksGetTheLimitsOfHandlesAndFamilies() {
		stack().pushAll(Numbered.items(0, 9));
		stack(KEPT);
		String member = this.name + "-members-one";
		stack(member).pushAll(Numbered.items(0, 9));
		node().structures().family(this.name + "-members-", String.class, (stack) -> stack.retention(DAY));
		for (String change : AGED) {
			node().jdbc().sql("update " + change.formatted("48", " like ?")).param(this.name + "%").update();
		}
		assertThat(run().items()).isEqualTo(18);
		assertThat(stack().isEmpty()).isTrue();
		assertThat(stack(member).isEmpty()).isTrue();
		stack().push("9");
		stack((with) -> with.retention(Duration.ZERO));
		run();
		ageAll();
		assertThat(run()).isEqualTo(Removed.NOTHING);
		assertThat(due()).isEmpty();
	}

	@Test
	void emptyStackIsNotDueUntilItGetsItems() {
		AppendStack<String> stack = stack(KEPT);
		stack.push("0");
		ageAll();
		run();
		assertThat(due()).isEmpty();
		node().inTransaction(() -> stack().push("1"));
		assertThat(items(stack())).containsExactly("1");
		assertThat(due()).isEqualTo(time("select written_at + interval '1' day from appendonly_slice where stack = ?"));
		stack().push("2");
		ageAll();
		assertThat(run().items()).isEqualTo(2);
	}

	@Test
	void nodesThatRememberTheStackGoOnAfterWhatAnotherHasRemoved() {
		AppendStack<String> stack = stack(KEPT);
		Numbered.items(0, 4).forEach(stack::push);
		ageAll();
		assertThat(run(secondNode(), 1).items()).isEqualTo(4);
		assertThat(push(stack, "4")).isEqualTo(new Position(2, 0));
		ageAll();
		run(secondNode(), 1);
		assertThat(node().inTransaction(() -> {
			stack.push("5");
			return stack.newest().map(Entry::position);
		})).contains(new Position(3, 0));
		assertSound();
	}

	@Test
	void portionsAreRemovedUntilNothingIsLeft() {
		stack(ARCHIVED).pushAll(Numbered.items(0, 30));
		ageAll();
		assertThat(run(node(), 3)).isEqualTo(new Removed(1, 2, 8, 30, 0, 0));
		assertSound();
	}

	@Test
	void stackThatATransactionKeepsLockedIsLeftToTheNextRun() {
		AppendStack<String> stack = stack(KEPT);
		stack.push("0");
		ageAll();
		node().inTransaction(() -> {
			stack.push("1");
			assertThat(stack.newest()).isPresent();
			assertThat(elsewhere(() -> run())).isEqualTo(new Removed(0, 0, 0, 0, 0, 1));
			return true;
		});
		ageAll();
		assertThat(run().items()).isEqualTo(2);
	}

	/**
	 * The caller's transaction has layers of the archive locked.
	 */
	@Test
	void pushDoesNotWaitWhileTheRunWaitsForTheArchive() {
		AppendStack<String> stack = stack(ARCHIVED);
		stack.pushAll(Numbered.items(0, 12));
		ageAll();
		CompletableFuture<Removed> run = node().inTransaction(() -> {
			assertThat(node().structures().expireArchive(this.name, new Position(1, 0))).isEqualTo(1);
			CompletableFuture<Removed> running = CompletableFuture.supplyAsync(() -> run(secondNode(), 100));
			assertThat(elsewhere(() -> push(stack, "12"))).isEqualTo(new Position(4, 0));
			stack.push("13");
			assertThat(stack.newest()).map(Entry::item).contains("13");
			return running;
		});
		run.join();
		run();
		assertThat(archived()).isEmpty();
		assertThat(items(stack)).containsExactly("12", "13");
		assertSound();
	}

	@Test
	void busyStackCatchesUp() {
		AppendStack<String> stack = stack(ARCHIVED);
		stack.pushAll(Numbered.items(0, 100));
		ageAll();
		AtomicBoolean end = new AtomicBoolean();
		AtomicInteger pushed = new AtomicInteger();
		List<CompletableFuture<Void>> pushers = IntStream.range(0, 4).mapToObj((i) -> CompletableFuture.runAsync(() -> {
			while (!end.get()) {
				stack.push("x");
				pushed.incrementAndGet();
			}
		}, (task) -> new Thread(task).start())).toList();
		Awaitility.await().atMost(WAIT).until(() -> pushed.get() > 10);
		Removed removed = run(secondNode(), 3);
		end.set(true);
		pushers.forEach(CompletableFuture::join);
		assertThat(removed.failed()).isZero();
		assertThat(removed.items()).isBetween(94L, 102L);
	}

	@Test
	void timeThatHasNotComeYetIsThatOfTheNextLayer() {
		AppendStack<String> stack = stack(KEPT);
		stack.pushAll(Numbered.items(0, 9));
		ageAll();
		age(DAY.multipliedBy(-400), 1, 1);
		change("update appendonly_stack set retention_due = retention_due - interval '500' day where name = ?");
		assertThat(run().items()).isEqualTo(9);
		stack.pushAll(Numbered.items(9, 12));
		age(DAY.multipliedBy(-400), 3, 3);
		change("update appendonly_stack set retention_due = retention_due - interval '500' day where name = ?");
		assertThat(run()).isEqualTo(Removed.NOTHING);
		assertThat(due()).get().matches((due) -> due.isBefore(OffsetDateTime.now(ZoneOffset.UTC).plusDays(2)));
	}

	@Test
	void cursorIntoAnArchiveThatHasGoneIsNotAhead() {
		AppendStack<String> stack = stack(ARCHIVED);
		stack.pushAll(Numbered.items(0, 30));
		stack((with) -> with.archived(false)).push("30");
		ageAll();
		run();
		Changes<String> changes = node().structures().archive(this.name, String.class).since(new Position(3, 1), 9);
		assertThat(changes.ahead()).isFalse();
		assertThat(changes.expired()).isTrue();
		assertThat(history().since(new Position(3, 1), 9).expired()).isTrue();
	}

	@Test
	void keysGoWithTheirItems() {
		AppendStack<String> stack = stack(KEPT);
		stack.push("0", "key of " + this.name);
		ageAll();
		run();
		assertThat(rows("appendonly_key", "name", this.name)).isZero();
		assertThat(stack.push("1", "key of " + this.name).isNew()).isTrue();
	}

	/**
	 * The layer after the one that moves to the archive is damaged.
	 */
	@Test
	void keysGoWithTheirItemsIfALaterStepFails() {
		AppendStack<String> stack = stack((with) -> with.bounds(10, 3).archived().maxBytes(1));
		stack.push("0", "key of " + this.name);
		stack.pushAll(Numbered.items(1, 9));
		change("update appendonly_slice set first_index = first_index + 5 where stack = ? and generation = 1");
		assertThat(run(node(), 1)).isEqualTo(new Removed(1, 0, 0, 0, 1, 1));
		assertThat(rows("appendonly_key", "name", this.name)).isZero();
		change("delete from appendonly_stack where name = ?");
		change("delete from appendonly_slice where stack = ?");
	}

	@Test
	void runNeedsAThreadWithoutATransaction() {
		assertThatIllegalStateException().isThrownBy(() -> node().inTransaction(() -> run()));
	}

	/**
	 * Three items take 13 bytes, and one item takes 5.
	 */
	@Test
	void stackThatIsTooLargeLosesItsOldestLayers() {
		AppendStack<String> stack = stack((with) -> with.bounds(10, 3).maxBytes(31));
		stack.pushAll(Numbered.items(0, 10));
		assertThat(run()).isEqualTo(new Removed(1, 1, 0, 3, 0, 0));
		assertThat(items(stack)).isEqualTo(Numbered.items(3, 10));
		assertThat(due()).isEmpty();
		stack((with) -> with.maxBytes(1)).push("x");
		run();
		assertThat(items(stack)).containsExactly("9", "x");
		stack.pushAll(List.of("y", "z"));
		assertThat(due()).isPresent();
		assertSound();
	}

	@Test
	void archiveGetsWhatIsTooMuchForTheStack() {
		AppendStack<String> stack = stack((with) -> with.bounds(10, 3).archived().maxBytes(14));
		Numbered.items(0, 9).forEach(stack::push);
		stack((with) -> with.bounds(10, 2)).push("9");
		assertThat(run(node(), 2)).isEqualTo(new Removed(1, 0, 0, 0, 3, 0));
		assertThat(items(stack)).containsExactly("9");
		assertThat(archived()).containsExactly(0L, 1L, 2L);
		assertThat(items(history())).isEqualTo(Numbered.items(0, 10));
		assertSound();
	}

	@Test
	void agedLayersAreNotArchivedAndThoseAfterThemAre() {
		AppendStack<String> stack = stack(KEPT.andThen((with) -> with.archived().maxBytes(14)));
		stack.pushAll(Numbered.items(0, 10));
		age(DAY.plusHours(1), 0, 0);
		assertThat(run()).isEqualTo(new Removed(1, 1, 0, 3, 2, 0));
		assertThat(archived()).containsExactly(1L, 2L);
		assertThat(history().since(new Position(0, 1), 9).expired()).isTrue();
		assertThat(history().since(new Position(0, 2), 9).expired()).isFalse();
		assertThat(due()).isEqualTo(
				time("select min(newest_at) + interval '1' day from appendonly_archived_layer where archive = ?"));
		assertSound();
	}

	@Test
	void prunerDoesNotGetWhatIsOldAndLayersThatAreTooLargeWaitForIt() {
		List<Long> pruned = new ArrayList<>();
		AppendStack<String> stack = stack(
				KEPT.andThen((with) -> with.pruner((layer) -> pruned.add(layer.generation())).maxBytes(1)));
		stack.pushAll(Numbered.items(0, 9));
		age(DAY.plusHours(1), 0, 0);
		assertThat(run()).isEqualTo(new Removed(1, 1, 0, 3, 0, 0));
		assertThat(items(stack)).isEqualTo(Numbered.items(3, 9));
		assertThat(pruned).isEmpty();
	}

	/**
	 * PostgreSQL keeps a new version of a row within its page only if no indexed column
	 * changes. The trigger is for statements that set this column.
	 */
	@Test
	void pushesLeaveTheIndexedColumnAlone() {
		assumeThat(this.database).isEqualTo(TestDatabase.POSTGRESQL);
		AppendStack<String> stack = stack(KEPT);
		stack.push("0");
		node().jdbc().sql("""
				create or replace function refuse_due() returns trigger language plpgsql as
				$$ begin raise exception 'retention_due is set'; end $$""").update();
		node().jdbc()
			.sql("create trigger refuse_due before update of retention_due, retention on appendonly_stack for each row when (new.name = '"
					+ this.name + "') execute function refuse_due()")
			.update();
		try {
			Numbered.items(1, 20).forEach(stack::push);
			node().inTransaction(() -> Numbered.items(20, 40).forEach(stack::push));
			stack.pushAll(Numbered.items(40, 60));
			assertThat(stack.newest()).map(Entry::item).contains("59");
		}
		finally {
			node().jdbc().sql("drop trigger refuse_due on appendonly_stack").update();
		}
	}

	@Test
	void nodesThatRunAtOnceShareTheWork() {
		List<String> names = IntStream.range(0, 30).mapToObj((i) -> this.name + "-" + i).toList();
		names.forEach((name) -> node().structures().stack(name, String.class, ARCHIVED).pushAll(Numbered.items(0, 15)));
		for (String change : AGED) {
			node().jdbc().sql("update " + change.formatted("48", " like ?")).param(this.name + "-%").update();
		}
		CompletableFuture<Removed> other = CompletableFuture.supplyAsync(() -> run(secondNode(), 2));
		Removed removed = run(node(), 1).and(other.join()).and(run());
		assertThat(removed.layers()).isEqualTo(60);
		assertThat(removed.archivedLayers()).isEqualTo(90);
		assertThat(removed.items()).isEqualTo(450);
		assertThat(removed.failed()).isZero();
		names.forEach((name) -> assertThat(node().structures().history(name, String.class).isEmpty()).isTrue());
	}

	/**
	 * All that is placed is removed again and again, while two nodes push.
	 */
	@Test
	void pushesGoOnWhileLayersAreRemoved() throws Exception {
		AppendStack<String> one = stack(ARCHIVED);
		AppendStack<String> two = secondNode().structures().stack(this.name, String.class);
		one.push("first");
		List<CompletableFuture<List<Position>>> writers = Stream.of(one, two)
			.map((stack) -> CompletableFuture
				.supplyAsync(() -> Numbered.items(0, 120).stream().map((item) -> push(stack, item)).toList()))
			.toList();
		Removed removed = Removed.NOTHING;
		do {
			ageAll();
			removed = removed.and(run(node(), 2));
		}
		while (!writers.stream().allMatch(CompletableFuture::isDone));
		ageAll();
		removed = removed.and(run());
		TreeSet<Position> positions = new TreeSet<>();
		for (CompletableFuture<List<Position>> writer : writers) {
			assertThat(writer.get()).isSorted().hasSize(120);
			positions.addAll(writer.get());
		}
		assertThat(positions).hasSize(240);
		assertThat(removed.items()).isEqualTo(241);
		assertThat(history().isEmpty()).isTrue();
		Changes<String> end = history().since(positions.last(), 9);
		assertThat(end.expired()).isFalse();
		assertThat(end.ahead()).isFalse();
		assertSound();
	}

	@Test
	void archiveKeepsSoManyLayersAndBytes() {
		AppendStack<String> stack = stack((with) -> with.bounds(1, 3).archived().archiveMaxLayers(3));
		stack.pushAll(Numbered.items(0, 18));
		assertThat(run(node(), 1)).isEqualTo(new Removed(1, 0, 2, 6, 0, 0));
		assertThat(archived()).containsExactly(2L, 3L, 4L);
		stack((with) -> with.archiveMaxLayers(0).archiveMaxBytes(17)).push("18");
		assertThat(archived()).containsExactly(2L, 3L, 4L, 5L);
		assertThat(run().archivedLayers()).isEqualTo(3);
		assertThat(archived()).containsExactly(5L);
		stack((with) -> with.archiveMaxBytes(1)).push("19");
		assertThat(run()).isEqualTo(Removed.NOTHING);
		assertSound();
	}

	@Test
	void nodesThatRunAtOnceKeepAllLayersThatTheLimitKeeps() {
		secondNode();
		stack((with) -> with.bounds(1, 1).archived().archiveMaxLayers(100)).pushAll(Numbered.items(0, 201));
		CompletableFuture<Removed> other = CompletableFuture.supplyAsync(() -> run(secondNode(), 1));
		Removed removed = run(node(), 1).and(other.join()).and(run());
		assertThat(removed.archivedLayers()).isEqualTo(100);
		assertThat(archived()).isEqualTo(LongStream.range(100, 200).boxed().toList());
		assertSound();
	}

	@Test
	void archiveExpiresUpToTheLayerOfAPosition() {
		stack((with) -> with.bounds(1, 3).archived()).pushAll(Numbered.items(0, 15));
		assertThat(node().structures().expireArchive(this.name, new Position(2, 1))).isEqualTo(2);
		assertThat(archived()).containsExactly(2L, 3L);
		assertThat(node().structures().expireArchive(this.name, new Position(2, 2))).isZero();
		assertThat(node().structures().expireArchive(this.name, new Position(9, 0))).isEqualTo(1);
		assertThat(archived()).containsExactly(3L);
		assertThatIllegalArgumentException().isThrownBy(() -> node().structures().expireArchive(" ", Position.START));
		assertSound();
	}

	@Test
	void oneStackThatFailsDoesNotStopTheOthers() {
		stack((with) -> with.bounds(10, 3).archived().maxBytes(1)).pushAll(Numbered.items(0, 9));
		node().structures().archive(this.name, String.class).addLayer(Numbered.layer(7, 3));
		String other = this.name + " other";
		node().structures().stack(other, String.class, KEPT).push("0");
		for (String change : AGED) {
			node().jdbc().sql("update " + change.formatted("48", " = ?")).param(other).update();
		}
		assertThat(run()).isEqualTo(new Removed(1, 1, 0, 1, 0, 1));
		assertThat(stack().size()).isEqualTo(9);
		change("delete from appendonly_stack where name = ?");
		change("delete from appendonly_slice where stack = ?");
	}

	@Test
	void settingsThatCannotBeAreRefused() {
		for (Duration age : List.of(Duration.ofSeconds(-1), Duration.ofMillis(1500), Duration.ofDays(366_000))) {
			assertThatIllegalArgumentException().isThrownBy(() -> stack((with) -> with.retention(age)))
				.withMessage("retention must be whole seconds from 0 to 1000 years, but is " + age);
		}
		assertThatIllegalArgumentException().isThrownBy(() -> stack((with) -> with.maxBytes(-1)))
			.withMessage("maxBytes must be at least 0, but is -1");
		assertThatIllegalArgumentException().isThrownBy(() -> stack((with) -> with.archiveMaxLayers(-2)))
			.withMessage("archiveMaxLayers must be at least 0, but is -2");
		assertThatIllegalArgumentException().isThrownBy(() -> stack((with) -> with.archiveMaxBytes(-3)))
			.withMessage("archiveMaxBytes must be at least 0, but is -3");
	}

}
