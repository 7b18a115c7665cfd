package io.github.appendonly.subscriber;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.StartAt;
import io.github.appendonly.subscriber.SubscriberDefinition.OnExpired;
import io.github.appendonly.subscriber.SubscriberDefinition.OnFailure;
import io.github.appendonly.subscriber.SubscriberStatus.State;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.dao.CannotAcquireLockException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What happens when an entry cannot be handled, whichever way a subscriber works.
 */
abstract class SubscriberFailureContract extends SubscriberTestBase {

	private final boolean transactional;

	private final Set<String> broken = ConcurrentHashMap.newKeySet();

	SubscriberFailureContract(boolean transactional) {
		this.transactional = transactional;
	}

	@BeforeEach
	void prepare() {
		prepareEffects();
	}

	@Override
	SubscriberDefinition.Builder<String> definition() {
		return super.definition().transactional(this.transactional);
	}

	private void handle(Entry<String> entry) {
		if (this.broken.contains(entry.item())) {
			throw new IllegalStateException("cannot handle " + entry.item());
		}
		effect(entry.item());
	}

	SubscriberStatus awaitState(Subscribers subscribers, State state) {
		await().until(() -> subscribers.status(this.id).filter((status) -> status.state() == state).isPresent());
		return status(subscribers);
	}

	private AppendStack<ParkedEntry<String>> parked() {
		return node().structures().stack(this.name + "." + this.id + ".parked", new ParameterizedTypeReference<>() {
		});
	}

	@Test
	void entryThatFailsInTheMiddleOfABatchStopsTheSubscriberThere() {
		this.broken.add("5");
		stack().pushAll(Numbered.items(0, 20));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().maxAttempts(3).batchSize(8).forEachEntry(this::handle));
		SubscriberStatus status = awaitState(subscribers(secondNode(), LONG_LEASES), State.STOPPED);
		assertThat(effects()).isEqualTo(Numbered.items(0, 5));
		assertThat(status.cursor()).isEqualTo(new Position(0, 4));
		assertThat(status.failed()).contains(new Position(0, 5));
		assertThat(status.attempts()).isEqualTo(3);
		assertThat(status.cause()).contains("java.lang.IllegalStateException: cannot handle 5");
		assertThat(status.failedAt()).isPresent();
		assertThat(status.lag()).isEqualTo(15);
		assertThat(status.behindFor()).isPositive();
		assertThatIllegalStateException().isThrownBy(() -> subscribers.awaitCaughtUp(this.id, WAIT))
			.withMessageContainingAll(this.id, "0-19", "STOPPED at 0-4", "3 failures of the entry 0-5",
					"cannot handle 5");
	}

	@Test
	void batchIsHalvedDownToTheEntryThatFails() {
		this.broken.add("13");
		stack().pushAll(Numbered.items(0, 40));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().maxAttempts(2).batchSize(16).forEachBatch((entries) -> {
			this.handled.add(entries.get(0).item() + "+" + entries.size());
			for (Entry<String> entry : entries) {
				if (this.broken.contains(entry.item())) {
					throw new IllegalStateException("cannot handle " + entry.item());
				}
			}
		}));
		assertThat(awaitState(subscribers, State.STOPPED).failed()).contains(new Position(0, 13));
		assertThat(this.handled).containsExactly("0+16", "0+8", "8+8", "8+4", "12+4", "12+2", "12+1", "13+1", "13+1");
		this.broken.clear();
		this.handled.clear();
		subscribers.resume(this.id);
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).containsExactly("13+1", "14+16", "30+10");
	}

	@Test
	void subscriberGoesOnWhenTheCauseIsMended() {
		this.broken.add("2");
		stack().pushAll(Numbered.items(0, 6));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().maxAttempts(2).forEachEntry(this::handle));
		awaitState(subscribers, State.STOPPED);
		stack().push("6");
		this.broken.clear();
		subscribers(secondNode(), LONG_LEASES).resume(this.id);
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).isEqualTo(Numbered.items(0, 7));
		SubscriberStatus status = status(subscribers);
		assertThat(status.failed()).isEmpty();
		assertThat(status.cause()).isEmpty();
		assertThat(status.attempts()).isZero();
	}

	@Test
	void entryIsSkippedByHandAndThatIsRecorded() {
		this.broken.add("2");
		stack().pushAll(Numbered.items(0, 6));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().maxAttempts(1).forEachEntry(this::handle));
		awaitState(subscribers, State.STOPPED);
		subscribers.skip(this.id);
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).containsExactly("0", "1", "3", "4", "5");
		assertThat(status(subscribers).skipped()).isEqualTo(1);
		assertThat(status(subscribers).lastSkipped()).contains(new Position(0, 2));
		assertThatIllegalStateException().isThrownBy(() -> subscribers.skip(this.id))
			.withMessageContaining("has no entry to skip: it is RUNNING at 0-5");
	}

	@Test
	void entriesAreParkedAndHandledLater() {
		this.broken.addAll(List.of("1", "3"));
		stack().pushAll(Numbered.items(0, 5));
		JpaSubscribers subscribers = subscribers();
		subscribers
			.register(definition().maxAttempts(2).batchSize(2).onFailure(OnFailure.PARK).forEachEntry(this::handle));
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).containsExactly("0", "2", "4");
		assertThat(parked().fromOldest(9).entries()).extracting(Entry::item)
			.containsExactly(
					new ParkedEntry<>(new Position(0, 1), "1", "java.lang.IllegalStateException: cannot handle 1"),
					new ParkedEntry<>(new Position(0, 3), "3", "java.lang.IllegalStateException: cannot handle 3"));
		assertThat(status(subscribers).parked()).isEqualTo(2);
		this.broken.remove("3");
		assertThat(subscribers.replayParked(this.id)).isEqualTo(2);
		await().until(() -> effects().size() == 4);
		await().until(() -> status(subscribers).parked() == 1);
		this.broken.clear();
		stack().push("5");
		assertThat(subscribers.replayParked(this.id)).isEqualTo(1);
		await().until(() -> status(subscribers).parked() == 0);
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).startsWith("0", "2", "4", "3").containsExactlyInAnyOrder("0", "2", "4", "3", "1", "5");
		assertThat(status(subscribers).cursor()).isEqualTo(new Position(0, 5));
		assertThat(parked()).isEmpty();
	}

	@Test
	void erasedEntriesAreErasedWhereTheyAreParkedToo() {
		this.broken.addAll(List.of("1", "3", "4", "6", "8"));
		stack().pushAll(Numbered.items(0, 9));
		JpaSubscribers subscribers = subscribers();
		SubscriberDefinition<String> definition = definition().maxAttempts(1)
			.onFailure(OnFailure.PARK)
			.forEachEntry(this::handle);
		subscribers.register(definition);
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(parked()).hasSize(5);
		assertThat(stack().erase(new Position(0, 1), new Position(0, 2))).isEqualTo(2);
		assertThat(stack().eraseIf("4"::equals).erased()).isOne();
		assertThat(stack().replace(new Position(0, 6), (item) -> "six")).isTrue();
		node().transaction().executeWithoutResult((status) -> {
			stack().erase(new Position(0, 8));
			assertThat(parked()).hasSize(2);
			status.setRollbackOnly();
		});
		assertThat(parked().fromOldest(9).entries()).extracting((entry) -> entry.item().item())
			.containsExactly("3", "six", "8");
		node().inTransaction(() -> assertThat(stack().eraseIf("8"::equals).erased()).isOne());
		assertThat(parked().fromOldest(9).gone()).hasSize(3);
		this.broken.clear();
		assertThat(subscribers.replayParked(this.id)).isEqualTo(5);
		await().until(() -> status(subscribers).parked() == 0);
		assertThat(effects()).containsExactlyInAnyOrder("0", "2", "5", "7", "3", "six");
		assertThat(parked().size()).isZero();
	}

	/**
	 * Only its subscriber could tell a parked stack from others that have such a name.
	 */
	@Test
	void entriesOfARemovedSubscriberAreErasedUnlessTheyMayBeThoseOfAnotherStack() {
		AppendStack<ParkedEntry<String>> other = node().structures()
			.stack(this.name + ".other." + this.id + ".parked", new ParameterizedTypeReference<>() {
			});
		List.of(parked(), other).forEach((stack) -> {
			stack.push(new ParkedEntry<>(new Position(0, 1), "b", "cannot handle b"));
			stack.push(new ParkedEntry<>(new Position(0, 2), "c", "cannot handle c"));
		});
		stack().pushAll(List.of("a", "b"));
		assertThat(stack().erase(new Position(0, 1))).isOne();
		assertThat(parked().stream().map((entry) -> entry.item().item())).containsExactly("c");
		assertThat(stack().eraseIf("c"::equals).erased()).isZero();
		assertThat(parked()).isEmpty();
		assertThat(other).hasSize(2);
	}

	/**
	 * The first parked entry ever waits in the inbox, and its stack has no row.
	 */
	@Test
	void parkedEntryIsErasedBeforeItIsPlacedAndThroughTheArchiveToo() {
		AppendStack<String> stack = node().structures()
			.stack(this.name, String.class, (settings) -> settings.bounds(1, 2).archived());
		stack.pushAll(Numbered.items(0, 5));
		String parked = this.name + "." + this.id + ".parked";
		for (int i : List.of(4, 2)) {
			node().jdbc()
				.sql("insert into appendonly_inbox (name, length, items) values (?, 1, ?)")
				.params(parked, "[{\"position\":\"%d-0\",\"item\":\"%d\",\"cause\":\"%d\"}]".formatted(i / 2, i, i))
				.update();
		}
		assertThat(stack.erase(new Position(2, 0))).isOne();
		assertThat(parked().stream().map((entry) -> entry.item().item())).containsExactly("2");
		assertThat(node().structures().archive(this.name, String.class).erase(new Position(1, 0))).isOne();
		assertThat(parked()).isEmpty();
	}

	@Test
	void stackThatOnlyHasTheNameOfParkedEntriesStaysAsItIs() {
		AppendStack<String> own = node().structures().stack(this.name + ".own.parked", String.class);
		own.push("x");
		stack().push("a");
		stack().erase(new Position(0, 0));
		stack().eraseIf((item) -> true);
		own.push("y");
		assertThat(own.stream().map(Entry::item)).containsExactly("y", "x");
		assertThat(node().jdbc()
			.sql("select archived from appendonly_stack where name = ?")
			.param(this.name + ".own.parked")
			.query(Boolean.class)
			.single()).isFalse();
	}

	@Test
	void subscriberThatHasStoppedAtAnErasedEntryForgetsWhyAndGoesOnBehindIt() {
		this.broken.addAll(List.of("1", "4"));
		stack().pushAll(Numbered.items(0, 6));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().maxAttempts(1).batchSize(1).forEachEntry(this::handle));
		assertThat(awaitState(subscribers, State.STOPPED).cause())
			.hasValueSatisfying((cause) -> assertThat(cause).contains("cannot handle 1"));
		stack().erase(new Position(0, 2));
		assertThat(status(subscribers).cause())
			.hasValueSatisfying((cause) -> assertThat(cause).contains("cannot handle 1"));
		stack().erase(new Position(0, 1));
		assertThat(status(subscribers).cause())
			.hasValueSatisfying((cause) -> assertThat(cause).doesNotContain("1").contains("erased"));
		subscribers.resume(this.id);
		await().until(() -> status(subscribers).failed().equals(Optional.of(new Position(0, 4))));
		awaitState(subscribers, State.STOPPED);
		assertThat(effects()).containsExactly("0", "3");
		stack().replace(new Position(0, 4), (item) -> "four");
		assertThat(status(subscribers).cause()).hasValueSatisfying((cause) -> assertThat(cause).doesNotContain("4"));
		subscribers.resume(this.id);
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).containsExactly("0", "3", "four", "5");
	}

	@Test
	void entryThatIsErasedWhileItIsHandledIsNotParked() {
		stack().pushAll(Numbered.items(0, 4));
		JpaSubscribers subscribers = subscribers();
		subscribers
			.register(definition().maxAttempts(1).onFailure(OnFailure.PARK).batchSize(1).forEachEntry((entry) -> {
				if (entry.item().equals("1") || entry.item().equals("2")) {
					CompletableFuture.runAsync(() -> stack().erase(new Position(0, 1))).join();
					throw new IllegalStateException("cannot handle " + entry.item());
				}
				effect(entry.item());
			}));
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).containsExactly("0", "3");
		assertThat(status(subscribers).parked()).isOne();
		assertThat(parked().fromOldest(9).entries()).extracting((entry) -> entry.item().item()).containsExactly("2");
	}

	@Test
	void droppedStackLeavesNoParkedEntries() {
		this.broken.add("1");
		stack().pushAll(Numbered.items(0, 3));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().maxAttempts(1).onFailure(OnFailure.PARK).forEachEntry(this::handle));
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(parked()).hasSize(1);
		node().structures().drop(this.name);
		assertThat(parked()).isEmpty();
		assertThat(status(subscribers).parked()).isZero();
	}

	@Test
	void replayOfParkedEntriesThatAreGoneEnds() {
		this.broken.add("1");
		stack().pushAll(Numbered.items(0, 3));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().maxAttempts(1).onFailure(OnFailure.PARK).forEachEntry(this::handle));
		subscribers.awaitCaughtUp(this.id, WAIT);
		node().structures().drop(this.name + "." + this.id + ".parked");
		subscribers.replayParked(this.id);
		await().until(() -> status(subscribers).parked() == 0);
		stack().push("3");
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).containsExactly("0", "2", "3");
	}

	@Test
	void parkedEntriesOfARemovedSubscriberAreThoseOfTheNextOne() {
		this.broken.add("1");
		stack().pushAll(Numbered.items(0, 3));
		JpaSubscribers subscribers = subscribers();
		Subscribers.Registration removed = subscribers
			.register(definition().maxAttempts(1).onFailure(OnFailure.PARK).forEachEntry(this::handle));
		subscribers.awaitCaughtUp(this.id, WAIT);
		removed.close();
		node().jdbc().sql("delete from appendonly_subscriber where id = ?").param(this.id).update();
		this.broken.add("3");
		stack().push("3");
		subscribers.register(definition().startAt(StartAt.after(new Position(0, 2)))
			.maxAttempts(1)
			.onFailure(OnFailure.PARK)
			.forEachEntry(this::handle));
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(status(subscribers).parked()).isEqualTo(2);
		this.broken.clear();
		assertThat(subscribers.replayParked(this.id)).isEqualTo(2);
		await().until(() -> status(subscribers).parked() == 0);
		assertThat(effects()).containsExactly("0", "2", "1", "3");
		assertThat(parked()).isEmpty();
	}

	@Test
	void parkedEntriesThatAreNotCountedAreNotDropped() {
		this.broken.addAll(List.of("0", "1"));
		stack().pushAll(Numbered.items(0, 2));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().maxAttempts(1).onFailure(OnFailure.PARK).forEachEntry(this::handle));
		subscribers.awaitCaughtUp(this.id, WAIT);
		node().jdbc().sql("update appendonly_subscriber set parked = 1 where id = ?").param(this.id).update();
		this.broken.clear();
		assertThat(subscribers.replayParked(this.id)).isEqualTo(1);
		await().until(() -> replays() == 0);
		assertThat(effects()).containsExactly("0");
		assertThat(status(subscribers).parked()).isEqualTo(1);
		assertThat(subscribers.replayParked(this.id)).isEqualTo(1);
		await().until(() -> status(subscribers).parked() == 0);
		assertThat(effects()).containsExactly("0", "1");
		assertThat(parked()).isEmpty();
	}

	private long replays() {
		return node().jdbc()
			.sql("select replays from appendonly_subscriber where id = ?")
			.param(this.id)
			.query(Long.class)
			.single();
	}

	/**
	 * A parked entry that a node has left in the inbox is placed first, each time.
	 */
	@Test
	void parkedEntryThatIsNotPlacedYetIsNotMissing() {
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().onFailure(OnFailure.PARK).forEachEntry(this::handle));
		stack().push("0");
		subscribers.awaitCaughtUp(this.id, WAIT);
		this.broken.add("a");
		leaveParked("a");
		subscribers.replayParked(this.id);
		await().until(() -> parked().size() == 2);
		node().jdbc()
			.sql("update appendonly_subscriber set parked_cursor = '0-1' where id = ?")
			.param(this.id)
			.update();
		leaveParked("b");
		subscribers.replayParked(this.id);
		await().until(() -> status(subscribers).parked() == 0);
		assertThat(effects()).containsExactly("0", "b");
	}

	private void leaveParked(String item) {
		AppendStack<ParkedEntry<String>> elsewhere = idleNode().structures()
			.stack(this.name + "." + this.id + ".parked", new ParameterizedTypeReference<>() {
			}, (settings) -> settings.archived());
		idleNode().inTransaction(() -> elsewhere.push(new ParkedEntry<>(new Position(0, 0), item, "cause")));
		node().jdbc().sql("update appendonly_subscriber set parked = 1 where id = ?").param(this.id).update();
	}

	@Test
	void entriesParkedAfterTheirStackWasDroppedAreHandled() {
		this.broken.add("0");
		stack().push("0");
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().maxAttempts(1).onFailure(OnFailure.PARK).forEachEntry(this::handle));
		subscribers.awaitCaughtUp(this.id, WAIT);
		subscribers.replayParked(this.id);
		await().until(() -> parked().size() == 2);
		subscribers.replayParked(this.id);
		await().until(() -> parked().size() == 3);
		node().structures().drop(this.name + "." + this.id + ".parked");
		this.broken.add("1");
		stack().push("1");
		subscribers.awaitCaughtUp(this.id, WAIT);
		this.broken.clear();
		subscribers.replayParked(this.id);
		await().until(() -> status(subscribers).parked() == 0);
		assertThat(effects()).containsExactly("1");
	}

	@Test
	void parkedEntryThatCannotBeReadStopsTheSubscriber() {
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().maxAttempts(1).onFailure(OnFailure.PARK).forEachEntry(this::handle));
		stack().pushAll(Numbered.items(0, 3));
		subscribers.awaitCaughtUp(this.id, WAIT);
		stack(this.name + "." + this.id + ".parked").push("no parked entry");
		node().jdbc().sql("update appendonly_subscriber set parked = 1 where id = ?").param(this.id).update();
		subscribers.replayParked(this.id);
		SubscriberStatus status = awaitState(subscribers, State.STOPPED);
		assertThat(status.failed()).isEmpty();
		assertThat(status.cause().orElseThrow()).contains("parked entry", this.id + ".parked", "0-0");
		assertThatIllegalStateException().isThrownBy(() -> subscribers.skip(this.id));
		subscribers.resume(this.id);
		stack().push("3");
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).isEqualTo(Numbered.items(0, 4));
		assertThat(status(subscribers).cursor()).isEqualTo(new Position(0, 3));
		assertThat(status(subscribers).parked()).isEqualTo(1);
	}

	@Test
	void handlerThatAlwaysLosesARaceStopsTheSubscriber() {
		AtomicInteger calls = new AtomicInteger();
		stack().push("0");
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().maxAttempts(2).forEachEntry((entry) -> {
			calls.incrementAndGet();
			throw new CannotAcquireLockException("always locked");
		}));
		SubscriberStatus status = awaitState(subscribers, State.STOPPED);
		assertThat(status.attempts()).isEqualTo(2);
		assertThat(status.cause().orElseThrow()).contains("always locked");
		assertThat(calls).hasValue(5);
	}

	/**
	 * Can be read, but not written.
	 */
	record Fragile(String text) {

		@JsonCreator
		Fragile {
		}

		@JsonValue
		@SuppressWarnings("DoNotCallSuggester") // Jackson calls it
		String json() {
			throw new IllegalStateException("cannot be written");
		}

	}

	@Test
	void entryThatCannotBeParkedStopsTheSubscriber() {
		AtomicInteger calls = new AtomicInteger();
		stack().push("0");
		JpaSubscribers subscribers = subscribers();
		subscribers.register(SubscriberDefinition.of(this.name, this.id, Fragile.class)
			.transactional(this.transactional)
			.onFailure(OnFailure.PARK)
			.maxAttempts(1)
			.forEachEntry((entry) -> {
				calls.incrementAndGet();
				throw new IllegalStateException("cannot handle " + entry.item().text());
			}));
		SubscriberStatus status = awaitState(subscribers, State.STOPPED);
		assertThat(status.failed()).contains(new Position(0, 0));
		assertThat(status.attempts()).isEqualTo(1);
		assertThat(status.cause().orElseThrow()).contains("cannot handle 0", "could not be parked");
		assertThat(calls).hasValue(1);
	}

	@Test
	void entryThatCannotBeReadStopsTheSubscriber() {
		stack().pushAll(List.of("1", "2", "three", "4"));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(SubscriberDefinition.of(this.name, this.id, Integer.class)
			.backOff(Duration.ofMillis(1), Duration.ofMillis(1))
			.transactional(this.transactional)
			.onFailure(OnFailure.PARK)
			.maxAttempts(2)
			.forEachEntry((entry) -> effect("" + entry.item())));
		SubscriberStatus status = awaitState(subscribers, State.STOPPED);
		assertThat(status.failed()).contains(new Position(0, 2));
		assertThat(status.cause().orElseThrow()).contains("three");
		subscribers.skip(this.id);
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).containsExactly("1", "2", "4");
	}

	@Test
	void expiredCursorStopsTheSubscriber() {
		stack(bounds(2, 2)).pushAll(Numbered.items(0, 8));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().startAt(StartAt.after(new Position(0, 0))).forEachEntry(this::handle));
		SubscriberStatus status = awaitState(subscribers, State.STOPPED);
		assertThat(status.cause().orElseThrow()).contains("expired").contains("0-0");
		assertThat(status.failed()).isEmpty();
		assertThatIllegalStateException().isThrownBy(() -> subscribers.skip(this.id));
		subscribers.moveTo(this.id, StartAt.oldest());
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).containsExactly("4", "5", "6", "7");
	}

	@Test
	void expiredCursorMayBeAccepted() {
		stack(bounds(2, 2)).pushAll(Numbered.items(0, 8));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().startAt(StartAt.after(new Position(0, 0)))
			.onExpired(OnExpired.CONTINUE)
			.forEachEntry(this::handle));
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).containsExactly("4", "5", "6", "7");
	}

	@Test
	void cursorAheadStopsTheSubscriber() {
		stack().pushAll(Numbered.items(0, 4));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().forEachEntry(this::handle));
		subscribers.awaitCaughtUp(this.id, WAIT);
		node().jdbc()
			.sql("update appendonly_subscriber set cursor_position = '99-0' where id = ?")
			.param(this.id)
			.update();
		stack().push("4");
		SubscriberStatus status = awaitState(subscribers, State.STOPPED);
		assertThat(status.cause().orElseThrow()).contains("ahead").contains("99-0");
		subscribers.moveTo(this.id, StartAt.after(new Position(0, 3)));
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).isEqualTo(Numbered.items(0, 5));
	}

	@Test
	void failureIsNotTriedAgainBeforeItsTimeOnAnyNode() {
		this.broken.add("0");
		stack().push("0");
		JpaSubscribers subscribers = subscribers();
		SubscriberDefinition<String> patient = definition().backOff(Duration.ofHours(1), Duration.ofHours(1))
			.forEachEntry((entry) -> {
				this.handled.add(entry.item());
				handle(entry);
			});
		subscribers.register(patient);
		await().until(() -> subscribers.status(this.id).filter((status) -> status.attempts() == 1).isPresent());
		assertThat(status(subscribers).retryAt().orElseThrow())
			.isAfter(status(subscribers).failedAt().orElseThrow().plus(Duration.ofMinutes(47)));
		JpaSubscribers other = subscribers(secondNode(), LONG_LEASES);
		other.register(patient);
		stack().push("1");
		this.broken.clear();
		other.resume(this.id);
		other.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).containsExactly("0", "0", "1");
	}

	@Test
	void errorsAreFailuresToo() {
		stack().push("0");
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().maxAttempts(2).forEachEntry((entry) -> {
			throw new NoClassDefFoundError("missing");
		}));
		assertThat(awaitState(subscribers, State.STOPPED).cause()).contains("java.lang.NoClassDefFoundError: missing");
	}

}
