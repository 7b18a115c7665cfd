package io.github.appendonly.subscriber;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.appendonly.Entry;
import io.github.appendonly.Numbered;
import io.github.appendonly.StartAt;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Subscribers whose handlers run outside of transactions.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class LeasedSubscriberTests extends SubscriberTestBase {

	private final CountDownLatch entered = new CountDownLatch(1);

	private final CountDownLatch released = new CountDownLatch(1);

	private SubscriberDefinition<String> transactional() {
		return recording((with) -> with.transactional(true));
	}

	@Override
	SubscriberDefinition.Builder<String> definition() {
		return super.definition().transactional(false);
	}

	/**
	 * A subscriber that stays in its handler until it is released, when it is called with
	 * an item for the first time.
	 */
	private SubscriberDefinition<String> blockingAt(String item, String node) {
		return definition().forEachEntry((entry) -> {
			this.handled.add(node + entry.item());
			if (entry.item().equals(item) && this.released.getCount() > 0) {
				this.entered.countDown();
				assertThat(this.released.await(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
			}
		});
	}

	private void awaitEntered() throws InterruptedException {
		assertThat(this.entered.await(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
	}

	/**
	 * Lets the time of the lease pass, by the clock of the database.
	 */
	private void expireLease() {
		node().jdbc()
			.sql("update appendonly_subscriber set lease_until = seen_at where id = ? and lease_owner is not null")
			.param(this.id)
			.update();
	}

	private OffsetDateTime leaseUntil() {
		return node().jdbc()
			.sql("select lease_until from appendonly_subscriber where id = ?")
			.param(this.id)
			.query(OffsetDateTime.class)
			.single();
	}

	@Test
	void handlesInOrderOutsideOfTransactions() {
		stack().pushAll(Numbered.items(0, 120));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().batchSize(50).forEachEntry((entry) -> {
			assertThat(TransactionSynchronizationManager.isActualTransactionActive()).isFalse();
			this.handled.add(entry.item());
		}));
		subscribers.awaitCaughtUp(this.id, WAIT);
		stack().push("120");
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).isEqualTo(Numbered.items(0, 121));
	}

	@Test
	void nodesTakeTurnsAndKeepTheOrder() {
		SubscriberDefinition<String> definition = definition().batchSize(7)
			.forEachBatch((entries) -> entries.stream().map(Entry::item).forEach(this.handled::add));
		JpaSubscribers first = subscribers();
		JpaSubscribers second = subscribers(secondNode(), LONG_LEASES);
		first.register(definition);
		second.register(definition);
		for (int i = 0; i < 150; i++) {
			stack().push("" + i);
		}
		first.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).isEqualTo(Numbered.items(0, 150));
	}

	@Test
	void otherNodeTakesOverAndWhoComesBackMovesNothing() throws InterruptedException {
		stack().pushAll(Numbered.items(0, 4));
		JpaSubscribers first = subscribers();
		first.register(blockingAt("1", "a"));
		awaitEntered();
		JpaSubscribers second = subscribers(secondNode(), LONG_LEASES);
		second.register(recording((with) -> with));
		assertThat(this.handled).containsExactly("a0", "a1");
		expireLease();
		second.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).containsExactly("a0", "a1", "1", "2", "3");
		second.pause(this.id);
		second.moveTo(this.id, StartAt.after(Numbered.position(0, 100)));
		this.released.countDown();
		second.stop(WAIT);
		first.resume(this.id);
		first.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).containsExactly("a0", "a1", "1", "2", "3", "a1", "a2", "a3");
	}

	/**
	 * A rolling update, in which the new version is transactional. The cursor does not go
	 * back to where the old node was.
	 */
	@Test
	void nodeWhoseLeaseHasExpiredMovesNothingAfterOneThatWorksInTransactions() throws InterruptedException {
		stack().pushAll(Numbered.items(0, 4));
		JpaSubscribers first = subscribers();
		Subscribers.Registration old = first.register(blockingAt("1", "a"));
		awaitEntered();
		JpaSubscribers second = subscribers(secondNode(), LONG_LEASES);
		second.register(transactional());
		assertThat(this.handled).containsExactly("a0", "a1");
		expireLease();
		second.awaitCaughtUp(this.id, WAIT);
		this.released.countDown();
		assertThat(old.close(WAIT)).isTrue();
		stack().push("4");
		second.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).containsExactly("a0", "a1", "1", "2", "3", "4");
	}

	/**
	 * Node after node changes to transactions, and back again.
	 */
	@Test
	void rollingChangesKeepTheOrderAndRepeatNothing() {
		List<JpaSubscribers> nodes = List.of(subscribers(), subscribers(secondNode(), LONG_LEASES));
		SubscriberDefinition<String> leased = recording((with) -> with.batchSize(3));
		SubscriberDefinition<String> transactional = transactional().with((settings) -> settings.batchSize(3));
		List<Subscribers.Registration> registrations = new ArrayList<>();
		nodes.forEach((node) -> registrations.add(node.register(leased)));
		AtomicInteger pushed = new AtomicInteger();
		for (SubscriberDefinition<String> next : List.of(transactional, leased, transactional)) {
			for (int node = 0; node < nodes.size(); node++) {
				push(pushed);
				assertThat(registrations.get(node).close(WAIT)).isTrue();
				push(pushed);
				registrations.set(node, nodes.get(node).register(next));
				push(pushed);
			}
		}
		nodes.get(0).awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).isEqualTo(Numbered.items(0, pushed.get()));
	}

	private void push(AtomicInteger pushed) {
		for (int i = 0; i < 10; i++) {
			stack().push("" + pushed.getAndIncrement());
		}
	}

	/**
	 * The one of a subscriber is its own, and is renewed by its own time.
	 */
	@Test
	void subscriberMayHaveALeaseOfItsOwn() throws InterruptedException {
		stack().push("0");
		JpaSubscribers subscribers = subscribers(node(),
				new JpaSubscribers.Settings(1, Duration.ofMinutes(5), Duration.ofMillis(10), Duration.ofMillis(50)));
		subscribers.register(blockingAt("0", "").with((settings) -> settings.lease(Duration.ofHours(9))));
		awaitEntered();
		OffsetDateTime first = leaseUntil();
		assertThat(first).isAfter(OffsetDateTime.now(ZoneOffset.UTC).plusHours(8));
		await().until(() -> leaseUntil().isAfter(first));
		this.released.countDown();
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> subscribers.register(SubscriberDefinition.of(this.name, this.id + "2", String.class)
				.lease(Duration.ofMillis(19))
				.forEachEntry((entry) -> {
				})))
			.withMessageContaining("at least twice as long as the heart-beat");
	}

	@Test
	void nodeThatWorksForLongKeepsItsLease() throws InterruptedException {
		stack().push("0");
		JpaSubscribers first = subscribers(node(),
				new JpaSubscribers.Settings(1, Duration.ofMinutes(5), Duration.ofMillis(10), Duration.ofMillis(50)));
		first.register(blockingAt("0", "a"));
		awaitEntered();
		OffsetDateTime before = leaseUntil();
		await().until(() -> leaseUntil().isAfter(before));
		expireLease();
		OffsetDateTime expired = leaseUntil();
		await().until(() -> leaseUntil().isAfter(expired));
		this.released.countDown();
		first.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).containsExactly("a0");
	}

	@Test
	void pauseAppliesAfterTheEntryUnderWay() throws InterruptedException {
		stack().pushAll(Numbered.items(0, 4));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(blockingAt("1", ""));
		awaitEntered();
		subscribers.pause(this.id);
		this.released.countDown();
		await().until(() -> status(subscribers).cursor().equals(Numbered.position(1, 100)));
		stack().push("4");
		assertThat(status(subscribers).state()).isEqualTo(SubscriberStatus.State.PAUSED);
		assertThat(this.handled).containsExactly("0", "1");
		subscribers.resume(this.id);
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).isEqualTo(Numbered.items(0, 5));
	}

	@Test
	void cursorThatWasMovedMeanwhileStays() throws InterruptedException {
		stack().pushAll(Numbered.items(0, 6));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(blockingAt("1", ""));
		awaitEntered();
		subscribers.moveTo(this.id, StartAt.after(Numbered.position(3, 100)));
		this.released.countDown();
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).containsExactly("0", "1", "4", "5");
	}

	@Test
	void slowHandlersHoldNoConnectionAndKeepNobodyWaiting() throws InterruptedException {
		stack().push("0");
		JpaSubscribers subscribers = subscribers(
				this.database.shared("spring.datasource.hikari.maximum-pool-size=1",
						"spring.datasource.hikari.connection-timeout=10000"),
				new JpaSubscribers.Settings(1, Duration.ofMinutes(5), Duration.ofMillis(10), Duration.ofMillis(50)));
		subscribers.register(blockingAt("0", ""));
		awaitEntered();
		subscribers.register(SubscriberDefinition.of(this.name, this.id + "2", String.class)
			.forEachEntry((entry) -> this.handled.add("other" + entry.item())));
		subscribers.awaitCaughtUp(this.id + "2", WAIT);
		assertThat(this.handled).containsExactly("0", "other0");
		this.released.countDown();
		subscribers.awaitCaughtUp(this.id, WAIT);
	}

	@Test
	void leasesAreRenewedAgainAfterAStop() throws InterruptedException {
		stack().push("0");
		JpaSubscribers subscribers = subscribers(node(),
				new JpaSubscribers.Settings(1, Duration.ofMinutes(5), Duration.ofMillis(10), Duration.ofMillis(50)));
		subscribers.register(blockingAt("0", ""));
		awaitEntered();
		assertThat(subscribers.stop(Duration.ofMillis(50))).isFalse();
		subscribers.start();
		await().until(() -> this.handled.size() == 2);
		OffsetDateTime before = leaseUntil();
		await().until(() -> leaseUntil().isAfter(before));
		this.released.countDown();
		subscribers.awaitCaughtUp(this.id, WAIT);
	}

	@Test
	void registrationThatFollowsAnotherWaitsForItsHandler() throws InterruptedException {
		stack().pushAll(Numbered.items(0, 2));
		JpaSubscribers subscribers = subscribers(node(),
				new JpaSubscribers.Settings(1, Duration.ofMinutes(5), Duration.ofMinutes(1), Duration.ofMillis(50)));
		Subscribers.Registration registration = subscribers.register(blockingAt("0", "a"));
		awaitEntered();
		registration.close();
		subscribers.register(recording((with) -> with));
		subscribers.register(SubscriberDefinition.of(this.name, this.id + "2", String.class).forEachEntry((entry) -> {
		}));
		subscribers.awaitCaughtUp(this.id + "2", WAIT);
		assertThat(this.handled).containsExactly("a0");
		this.released.countDown();
		subscribers.awaitCaughtUp(this.id, WAIT);
		stack().push("2");
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).containsExactly("a0", "a1", "2");
	}

	@Test
	void endOfARegistrationIsWaitedFor() throws InterruptedException {
		stack().push("0");
		JpaSubscribers subscribers = subscribers();
		Subscribers.Registration registration = subscribers.register(blockingAt("0", ""));
		awaitEntered();
		assertThat(registration.close(Duration.ofMillis(1))).isFalse();
		this.released.countDown();
		assertThat(registration.close(WAIT)).isTrue();
		assertThat(status(subscribers).cursor()).isEqualTo(Numbered.position(0, 100));
	}

}
