package io.github.appendonly.subscriber;

import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.user.Purchase;
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

}
