package io.github.appendonly.subscriber;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Numbered;
import io.github.appendonly.StartAt;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.StackSettings;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.subscriber.SubscriberStatus.State;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Stacks of two layers of two items, which keep up to three layers more for subscribers.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class SubscriberRetentionTests extends SubscriberTestBase {

	private static final Consumer<StackSettings<String>> BOUNDS = bounds(2, 2);

	private static final Consumer<StackSettings<String>> KEPT = BOUNDS.andThen((with) -> with.keepForSubscribers(3));

	@SuppressWarnings("NullAway.Init") // set before each test
	private JpaSubscribers subscribers;

	@SuppressWarnings("NullAway.Init") // set before each test
	private Subscribers.Registration registration;

	@BeforeEach
	void registerAndPause() {
		this.subscribers = subscribers();
		this.registration = this.subscribers.register(recording((with) -> with));
		this.subscribers.awaitCaughtUp(this.id, WAIT);
		this.subscribers.pause(this.id);
	}

	private static void push(AppendStack<String> stack, int from, int to) {
		Numbered.items(from, to).forEach(stack::push);
	}

	private void catchUp() {
		this.subscribers.resume(this.id);
		this.subscribers.awaitCaughtUp(this.id, WAIT);
	}

	private void assertKept(int from, int to) {
		assertThat(items(stack())).isEqualTo(Numbered.items(from, to));
	}

	@Test
	void layersThatASubscriberHasNotHandledStay() {
		push(stack(KEPT), 0, 10);
		assertKept(0, 10);
		catchUp();
		assertThat(this.handled).isEqualTo(Numbered.items(0, 10));
	}

	@Test
	void nextPushPrunesWhatTheSubscriberHasHandled() {
		push(stack(KEPT), 0, 10);
		catchUp();
		assertKept(0, 10);
		stack().push("10");
		assertKept(8, 11);
	}

	@Test
	void stackKeepsNoMoreThanItsHardCap() {
		push(stack(KEPT), 0, 11);
		assertKept(2, 11);
		this.subscribers.resume(this.id);
		await().until(() -> status(this.subscribers).state() == State.STOPPED);
		assertThat(status(this.subscribers).cause()).get().asString().contains("has expired");
		assertThat(this.handled).isEmpty();
	}

	@Test
	void oneBatchThatExceedsTheHardCapIsPrunedDownToIt() {
		stack(KEPT).pushAll(Numbered.items(0, 20));
		assertKept(10, 20);
	}

	@Test
	void subscriberAtTheEndOfALayerHoldsNothingOfIt() {
		push(stack(KEPT), 0, 2);
		catchUp();
		this.subscribers.pause(this.id);
		push(stack(), 2, 4);
		stack().push("4");
		assertKept(2, 5);
		stack().push("5");
		stack().push("6");
		assertKept(2, 7);
	}

	@Test
	void layerThatABatchAddsToIsHeldUntilThoseItemsAreHandled() {
		stack(KEPT).push("0");
		catchUp();
		this.subscribers.pause(this.id);
		stack().pushAll(Numbered.items(1, 6));
		assertKept(0, 6);
	}

	@Test
	void layerThatIsLongerThanTheBoundsIsHeldUntilItsEnd() {
		stack(bounds(2, 10).andThen((with) -> with.keepForSubscribers(3))).pushAll(Numbered.items(0, 10));
		this.subscribers.moveTo(this.id, StartAt.after(Numbered.position(5, 10)));
		this.subscribers.pause(this.id);
		push(stack(KEPT), 10, 14);
		assertKept(0, 14);
		catchUp();
		stack().push("14");
		assertKept(12, 15);
	}

	@Test
	void subscriberThatIsFurthestBehindCounts() {
		Subscribers.Registration other = this.subscribers
			.register(SubscriberDefinition.of(this.name, this.id + "-other", String.class).forEachEntry((entry) -> {
			}));
		push(stack(KEPT), 0, 10);
		this.subscribers.awaitCaughtUp(this.id + "-other", WAIT);
		assertKept(0, 10);
		other.close();
	}

	@Test
	void subscriberOfAnApplicationThatIsStoppedForDaysHoldsLayers() {
		unseenForDays(6);
		push(stack(KEPT), 0, 10);
		assertKept(0, 10);
	}

	@Test
	void orphanHoldsNothing() {
		orphan();
		push(stack(KEPT), 0, 10);
		assertKept(6, 10);
	}

	@Test
	void orphanedLayersAreReleased() {
		push(stack(KEPT), 0, 10);
		assertKept(0, 10);
		orphan();
		stack().push("10");
		assertKept(8, 11);
	}

	private void orphan() {
		unseenForDays(8);
	}

	private void unseenForDays(int days) {
		this.registration.close();
		this.subscribers.stop(WAIT);
		node().jdbc()
			.sql("update appendonly_subscriber set seen_at = moved_at - interval '%d' day where id = ?".formatted(days))
			.param(this.id)
			.update();
	}

	@Test
	void callersTransactionThatPlacesKeepsAndPrunesToo() {
		AppendStack<String> stack = stack(KEPT);
		node().inTransaction(() -> {
			stack.pushAll(Numbered.items(0, 10));
			assertThat(items(stack)).isEqualTo(Numbered.items(0, 10));
		});
		catchUp();
		node().inTransaction(() -> {
			stack.push("10");
			assertThat(items(stack)).isEqualTo(Numbered.items(8, 11));
		});
		assertKept(8, 11);
	}

	@Test
	void itemsThatOthersLeftInTheInboxAreNoExcuse() {
		push(stack(KEPT), 0, 4);
		leaveInInbox(Numbered.items(4, 10).toArray(String[]::new));
		stack().push("10");
		assertKept(2, 11);
	}

	@Test
	void prunerGetsWhatTheSubscriberHasHandled() {
		List<String> pruned = new ArrayList<>();
		AppendStack<String> stack = stack(KEPT.andThen((with) -> with.pruner((layer) -> pruned.addAll(layer.items()))));
		push(stack, 0, 10);
		assertThat(pruned).isEmpty();
		catchUp();
		stack.push("10");
		assertThat(pruned).isEqualTo(Numbered.items(0, 8));
	}

	@Test
	void stackWithoutTheSettingKeepsItsBounds() {
		push(stack(BOUNDS), 0, 10);
		assertKept(6, 10);
	}

	@Test
	void handleWithoutTheSettingLeavesItAndZeroEndsIt() {
		push(stack(KEPT), 0, 6);
		push(stack(BOUNDS), 6, 8);
		assertKept(0, 8);
		stack((with) -> with.keepForSubscribers(0)).push("8");
		assertKept(6, 9);
	}

	/**
	 * Has all items been placed days ago, and applies the retention of the stack.
	 */
	private void expire() {
		expire(node());
	}

	private void expire(Node node) {
		for (String change : List.of("appendonly_slice set written_at = written_at - interval '3' day where stack",
				"appendonly_archived_layer set newest_at = newest_at - interval '3' day where archive",
				"appendonly_stack set retention_due = retention_due - interval '3' day where name")) {
			node().jdbc().sql("update " + change + " = ?").param(this.name).update();
		}
		node.bean(JpaAppendOnlyStructures.class).retention(100).run();
	}

	@Test
	void itemsThatASubscriberHasNotHandledOutliveTheirRetention() {
		push(stack(KEPT.andThen((with) -> with.retention(Duration.ofDays(1)))), 0, 5);
		expire();
		assertKept(0, 5);
		catchUp();
		expire();
		assertKept(0, 0);
		push(stack(), 5, 6);
		this.subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).isEqualTo(Numbered.items(0, 6));
	}

	@Test
	void archivedItemsThatASubscriberHasNotHandledOutliveTheirRetentionToo() {
		this.subscribers.resume(this.id);
		push(stack(bounds(1, 2).andThen((with) -> with.archived().keepForSubscribers(5).retention(Duration.ofDays(1)))),
				0, 3);
		this.subscribers.awaitCaughtUp(this.id, WAIT);
		this.subscribers.pause(this.id);
		stack((with) -> with.keepForSubscribers(0)).pushAll(Numbered.items(3, 8));
		stack((with) -> with.keepForSubscribers(5));
		expire();
		assertThat(items(node().structures().history(this.name, String.class))).isEqualTo(Numbered.items(2, 8));
	}

	@Test
	void nodeWithoutTheHandleKeepsWhatTheRowSays() {
		push(stack(bounds(10, 2).andThen((with) -> with.retention(Duration.ofDays(1)).keepForSubscribers(3))), 0, 10);
		expire(secondNode());
		assertKept(4, 10);
		push(secondNode().structures().stack(this.name, String.class, bounds(1, 2)), 10, 13);
		assertKept(6, 13);
	}

	/**
	 * The handle with the stack's own number is on another node.
	 */
	@Test
	void ownNumberOfAStackCountsBeforeThatOfItsFamily() {
		stack(KEPT).push("0");
		secondNode().structures()
			.family(this.name.substring(0, this.name.length() - 1), String.class, (with) -> with.keepForSubscribers(1));
		push(secondNode().structures().stack(this.name, String.class), 1, 10);
		assertKept(0, 10);
	}

	/**
	 * However many layers the bounds allow: the number is of layers that would go.
	 */
	@Test
	void noMoreLayersThanTheNumberOutliveTheirRetention() {
		Consumer<StackSettings<String>> settings = bounds(10, 2).andThen((with) -> with.retention(Duration.ofDays(1)));
		push(stack(settings.andThen((with) -> with.keepForSubscribers(1))), 0, 10);
		expire();
		assertKept(8, 10);
	}

	@Test
	void layersBeyondTheSizeAreHeldToo() {
		push(stack(bounds(10, 2).andThen((with) -> with.maxBytes(1).keepForSubscribers(2))), 0, 10);
		expire();
		assertKept(4, 10);
	}

	@Test
	void subscriberThatComesToAStackWhoseItemsHaveExpiredGetsTheNextOnes() {
		push(stack(BOUNDS.andThen((with) -> with.retention(Duration.ofDays(1)))), 0, 3);
		expire();
		assertKept(0, 0);
		List<String> oldest = Collections.synchronizedList(new ArrayList<>());
		this.subscribers.register(SubscriberDefinition.of(this.name, this.id + "-oldest", String.class)
			.startAt(StartAt.oldest())
			.forEachEntry((entry) -> oldest.add(entry.item())));
		this.subscribers.awaitCaughtUp(this.id + "-oldest", WAIT);
		this.subscribers.moveTo(this.id, StartAt.newest());
		push(stack(), 3, 4);
		catchUp();
		this.subscribers.awaitCaughtUp(this.id + "-oldest", WAIT);
		assertThat(this.handled).containsExactly("3");
		assertThat(oldest).containsExactly("3");
	}

	@Test
	void largestNumberKeepsEverything() {
		push(stack(BOUNDS.andThen((with) -> with.keepForSubscribers(Integer.MAX_VALUE))), 0, 40);
		assertKept(0, 40);
	}

	@Test
	void negativeNumberIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> stack((with) -> with.keepForSubscribers(-1)))
			.withMessage("keepForSubscribers must be at least 0, but is -1");
	}

}
