package io.github.appendonly.subscriber;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.StartAt;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.user.Purchase;
import io.github.appendonly.subscriber.SubscriberDefinition.OnFailure;
import io.github.appendonly.subscriber.SubscriberStatus.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Failures in transactions.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class SubscriberFailureTests extends SubscriberFailureContract {

	SubscriberFailureTests() {
		super(true);
	}

	@Test
	void failureOfTheCommitIsAFailure() {
		stack().pushAll(Numbered.items(0, 6));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().maxAttempts(2).batchSize(4).forEachEntry((entry) -> {
			effect(entry.item());
			String key = entry.item().equals("3") ? "0" : entry.item();
			node().entityManager().persist(new Purchase(this.name + key));
		}));
		SubscriberStatus status = awaitState(subscribers, State.STOPPED);
		assertThat(effects()).containsExactly("0", "1", "2");
		assertThat(status.failed()).contains(new Position(0, 3));
	}

	/**
	 * Parks entries, and runs something in the transaction of one that is handled again.
	 */
	private JpaSubscribers replaying(int parked, Consumer<JpaSubscribers> first) {
		AtomicInteger calls = new AtomicInteger();
		stack().pushAll(Numbered.items(0, parked));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().maxAttempts(1).onFailure(OnFailure.PARK).forEachEntry((entry) -> {
			int call = calls.incrementAndGet();
			if (call <= parked) {
				throw new IllegalStateException("not yet");
			}
			effect(entry.item());
			if (call == parked + 1) {
				first.accept(subscribers);
			}
		}));
		subscribers.awaitCaughtUp(this.id, WAIT);
		return subscribers;
	}

	@Test
	void handlerHasParkedEntriesHandledAgain() {
		JpaSubscribers subscribers = replaying(2, (own) -> own.replayParked(this.id));
		stack().push("2");
		await().until(() -> status(subscribers).parked() == 0);
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).containsExactly("2", "0", "1");
	}

	@Test
	void handlerHasMoreParkedEntriesHandledAgain() {
		JpaSubscribers subscribers = replaying(3, (own) -> own.replayParked(this.id));
		node().jdbc().sql("update appendonly_subscriber set replays = 1 where id = ?").param(this.id).update();
		subscribers.resume(this.id);
		await().until(() -> status(subscribers).parked() == 0);
		assertThat(effects()).containsExactly("0", "1", "2");
	}

	@Test
	void handlerOfAParkedEntryMovesTheCursor() {
		JpaSubscribers subscribers = replaying(2, (own) -> own.moveTo(this.id, StartAt.after(new Position(0, 0))));
		subscribers.replayParked(this.id);
		await().until(() -> status(subscribers).parked() == 0);
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).containsExactly("0", "1", "1");
	}

	@Test
	void handlerOfAParkedEntryDropsTheStack() {
		JpaSubscribers subscribers = replaying(2, (own) -> node().structures().drop(this.name));
		subscribers.replayParked(this.id);
		await().until(() -> status(subscribers).parked() == 0);
		stack().push("new");
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).containsExactly("0", "new");
	}

}
