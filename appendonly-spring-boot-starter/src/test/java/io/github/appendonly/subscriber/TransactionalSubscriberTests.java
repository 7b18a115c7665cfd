package io.github.appendonly.subscriber;

import java.util.ArrayList;
import java.util.List;

import io.github.appendonly.Changes;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.StartAt;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.Node;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Subscribers whose handlers run in the transaction that moves the cursor.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class TransactionalSubscriberTests extends SubscriberTestBase {

	@BeforeEach
	void prepare() {
		prepareEffects();
	}

	@Test
	void handlesWhatIsThereAndWhatComes() {
		stack().pushAll(Numbered.items(0, 250));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().batchSize(10).forEachEntry((entry) -> {
			assertThat(entry.position()).isEqualTo(Numbered.position(Integer.parseInt(entry.item()), 100));
			effect(entry.item());
		}));
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).isEqualTo(Numbered.items(0, 250));
		node().inTransaction(() -> stack().push("250"));
		secondNode().structures().stack(this.name, String.class).push("251");
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).isEqualTo(Numbered.items(0, 252));
		SubscriberStatus status = status(subscribers);
		assertThat(status.state()).isEqualTo(SubscriberStatus.State.RUNNING);
		assertThat(status.cursor()).isEqualTo(Numbered.position(251, 100));
		assertThat(status.lag()).isZero();
	}

	@Test
	void startsWhereItIsToldAndGoesOnWhereItWas() {
		stack().pushAll(Numbered.items(0, 5));
		JpaSubscribers first = subscribers();
		first.register(recording((with) -> with.startAt(StartAt.newest())));
		stack().push("5");
		first.awaitCaughtUp(this.id, WAIT);
		first.stop(WAIT);
		stack().push("6");
		JpaSubscribers second = subscribers();
		second.register(recording((with) -> with.startAt(StartAt.oldest())));
		second.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).containsExactly("5", "6");
	}

	@Test
	void startsAfterAPosition() {
		stack().pushAll(Numbered.items(0, 5));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(recording((with) -> with.startAt(StartAt.after(new Position(0, 2)))));
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).containsExactly("3", "4");
	}

	@Test
	void twoNodesHandleEachEntryOnceAndInOrder() {
		JpaSubscribers first = subscribers(node(), LONG_LEASES);
		JpaSubscribers second = subscribers(secondNode(), LONG_LEASES);
		first.register(inserting(node()));
		second.register(inserting(secondNode()));
		for (int i = 0; i < 200; i++) {
			stack().push("" + i);
		}
		first.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).isEqualTo(Numbered.items(0, 200));
	}

	private SubscriberDefinition<String> inserting(Node node) {
		return definition().batchSize(3)
			.forEachBatch((entries) -> entries.forEach((entry) -> effect(node, entry.item())));
	}

	@Test
	void archivedEntriesAreHandledToo() {
		stack(bounds(2, 3).andThen((with) -> with.archived())).pushAll(Numbered.items(0, 20));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(recording((with) -> with.batchSize(2)));
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).isEqualTo(Numbered.items(0, 20));
	}

	@Test
	void lagCountsTheArchive() {
		stack(bounds(2, 3).andThen((with) -> with.archived())).pushAll(Numbered.items(0, 20));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().startAt(StartAt.after(new Position(1, 1))).forEachEntry((entry) -> {
			throw new IllegalStateException("busy");
		}));
		await().until(() -> subscribers.status(this.id).isPresent());
		assertThat(status(subscribers).lag()).isEqualTo(15);
		subscribers.pause(this.id);
		subscribers.moveTo(this.id, StartAt.after(new Position(5, 1)));
		assertThat(status(subscribers).lag()).isEqualTo(3);
		subscribers.moveTo(this.id, StartAt.oldest());
		assertThat(status(subscribers).lag()).isEqualTo(20);
	}

	@Test
	void otherArchiveOfTheSameNameIsNotRead() {
		node().structures()
			.archive(this.name, String.class)
			.addLayer(new io.github.appendonly.Layer<>(7, List.of("foreign")));
		stack(bounds(2, 2)).pushAll(Numbered.items(0, 8));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(recording((with) -> with));
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).containsExactly("4", "5", "6", "7");
	}

	@Test
	void stepsTellWhatIsThere() {
		stack().pushAll(Numbered.items(0, 5));
		List<Changes<String>> steps = new ArrayList<>();
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().batchSize(3).forEachStep(steps::add));
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(steps).extracting(Changes::caughtUp).containsExactly(false, true);
		assertThat(steps).flatExtracting(Changes::entries).isEqualTo(Numbered.entries(0, 5, 100));
	}

	@Test
	void whatTheHandlerPushesIsThereIfTheCursorHasMoved() {
		List<String> attempts = new ArrayList<>();
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().forEachEntry((entry) -> {
			stack(this.name + "-out").push(entry.item());
			attempts.add(entry.item());
			if (attempts.size() == 1) {
				throw new IllegalStateException("the first time");
			}
		}));
		stack().push("a");
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(attempts).containsExactly("a", "a");
		assertThat(items(stack(this.name + "-out"))).containsExactly("a");
	}

	@Test
	void droppedStackIsHandledFromItsNewBeginning() {
		stack().pushAll(Numbered.items(0, 5));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(recording((with) -> with));
		subscribers.awaitCaughtUp(this.id, WAIT);
		this.handled.clear();
		node().structures().drop(this.name);
		assertThat(status(subscribers).cursor()).isEqualTo(Position.START);
		stack().pushAll(Numbered.items(10, 17));
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).isEqualTo(Numbered.items(10, 17));
	}

}
