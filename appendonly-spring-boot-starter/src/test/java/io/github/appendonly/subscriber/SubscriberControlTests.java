package io.github.appendonly.subscriber;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.StartAt;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.subscriber.SubscriberStatus.State;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What people do to subscribers while they run, and what stops them.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class SubscriberControlTests extends SubscriberTestBase {

	private final CountDownLatch entered = new CountDownLatch(1);

	private final CountDownLatch released = new CountDownLatch(1);

	@BeforeEach
	void prepare() {
		prepareEffects();
	}

	private SubscriberDefinition<String> blockingAt(String item) {
		return definition().batchSize(4).forEachEntry((entry) -> {
			effect(entry.item());
			if (entry.item().equals(item)) {
				this.entered.countDown();
				assertThat(this.released.await(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
			}
		});
	}

	private void awaitEntered() throws InterruptedException {
		assertThat(this.entered.await(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void pauseWaitsForTheBatchUnderWayAndAppliesToAllNodes() throws Exception {
		stack().pushAll(Numbered.items(0, 10));
		JpaSubscribers first = subscribers();
		JpaSubscribers second = subscribers(secondNode(), LONG_LEASES);
		first.register(blockingAt("1"));
		awaitEntered();
		second.register(recording((with) -> with));
		CompletableFuture<Void> paused = CompletableFuture.runAsync(() -> second.pause(this.id));
		this.released.countDown();
		paused.get(WAIT.toSeconds(), TimeUnit.SECONDS);
		int handledBefore = effects().size();
		stack().push("10");
		assertThat(status(first).state()).isEqualTo(State.PAUSED);
		assertThatIllegalStateException().isThrownBy(() -> first.awaitCaughtUp(this.id, WAIT))
			.withMessageContaining("PAUSED");
		assertThat(effects()).hasSize(handledBefore);
		first.resume(this.id);
		first.awaitCaughtUp(this.id, WAIT);
		assertThat(effects().size() + this.handled.size()).isEqualTo(11);
	}

	@Test
	void handlerPausesItsOwnSubscriber() {
		stack().pushAll(Numbered.items(0, 10));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().batchSize(4).forEachEntry((entry) -> {
			effect(entry.item());
			if (entry.item().equals("2")) {
				subscribers.pause(this.id);
			}
		}));
		await().until(() -> subscribers.status(this.id).filter((now) -> now.state() == State.PAUSED).isPresent());
		assertThat(effects()).isEqualTo(Numbered.items(0, 4));
		assertThat(status(subscribers).cursor()).isEqualTo(Numbered.position(3, 100));
		subscribers.resume(this.id);
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).isEqualTo(Numbered.items(0, 10));
	}

	@Test
	void handlerMovesItsOwnCursor() {
		stack().pushAll(Numbered.items(0, 10));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().batchSize(4).forEachEntry((entry) -> {
			effect(entry.item());
			if (entry.item().equals("3")) {
				subscribers.moveTo(this.id, StartAt.after(Numbered.position(7, 100)));
			}
		}));
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).containsExactly("0", "1", "2", "3", "8", "9");
	}

	@Test
	void cursorIsMovedBackWhileTheSubscriberRuns() {
		stack().pushAll(Numbered.items(0, 10));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(recording((with) -> with));
		subscribers.awaitCaughtUp(this.id, WAIT);
		subscribers.moveTo(this.id, StartAt.after(Numbered.position(6, 100)));
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).endsWith("9", "7", "8", "9").hasSize(13);
	}

	@Test
	void changeThatIsRolledBackIsNone() {
		JpaSubscribers subscribers = subscribers();
		subscribers.register(recording((with) -> with));
		node().transaction().executeWithoutResult((status) -> {
			subscribers.pause(this.id);
			status.setRollbackOnly();
		});
		stack().push("0");
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).containsExactly("0");
	}

	@Test
	void applicationWithoutTheSubscriberLetsItGoOn() {
		stack().push("0");
		JpaSubscribers subscribers = subscribers();
		subscribers.register(recording((with) -> with));
		subscribers.awaitCaughtUp(this.id, WAIT);
		JpaSubscribers other = notStarted(secondNode(), LONG_LEASES);
		other.pause(this.id);
		stack().push("1");
		other.resume(this.id);
		other.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).containsExactly("0", "1");
	}

	@Test
	void waitingIsRefusedInATransaction() {
		JpaSubscribers subscribers = subscribers();
		subscribers.register(recording((with) -> with));
		node().inTransaction(() -> {
			stack().push("0");
			assertThatIllegalStateException().isThrownBy(() -> subscribers.awaitCaughtUp(this.id, WAIT))
				.withMessageContaining("outside of transactions");
		});
	}

	@Test
	void waitingEndsWithItsTime() throws Exception {
		stack().push("0");
		JpaSubscribers subscribers = subscribers();
		subscribers.register(blockingAt("0"));
		awaitEntered();
		assertThatIllegalStateException().isThrownBy(() -> subscribers.awaitCaughtUp(this.id, Duration.ofMillis(1)))
			.withMessageContainingAll("up to 0-0 within PT0.001S", "RUNNING at start");
		this.released.countDown();
		subscribers.awaitCaughtUp(this.id, WAIT);
	}

	@Test
	void waitingForACursorThatIsAheadFails() {
		stack().push("0");
		JpaSubscribers subscribers = subscribers();
		subscribers.register(recording((with) -> with));
		subscribers.awaitCaughtUp(this.id, WAIT);
		subscribers.pause(this.id);
		subscribers.awaitCaughtUp(this.id, WAIT);
		subscribers.moveTo(this.id, StartAt.after(new Position(5, 0)));
		assertThatIllegalStateException().isThrownBy(() -> subscribers.awaitCaughtUp(this.id, WAIT))
			.withMessageContainingAll("ahead of the stack", "PAUSED at 5-0");
		subscribers.resume(this.id);
		await().until(() -> status(subscribers).state() == State.STOPPED);
		assertThatIllegalStateException().isThrownBy(() -> subscribers.awaitCaughtUp(this.id, WAIT))
			.withMessageContaining("STOPPED at 5-0");
	}

	@Test
	void subscriberOfTheNewestEntriesIsNotRegisteredInATransaction() {
		JpaSubscribers subscribers = subscribers();
		SubscriberDefinition<String> definition = recording((with) -> with.startAt(StartAt.newest()));
		node().inTransaction(() -> assertThatIllegalStateException().isThrownBy(() -> subscribers.register(definition))
			.withMessageContainingAll("'" + this.id + "'", "outside of transactions"));
		assertThat(subscribers.definitions()).isEmpty();
		subscribers.register(definition).close();
		stack().push("0");
		node().inTransaction(() -> {
			subscribers.register(definition);
		});
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).containsExactly("0");
	}

	@Test
	void idsAreUniqueInAnApplication() {
		JpaSubscribers subscribers = subscribers();
		Subscribers.Registration registration = subscribers.register(recording((with) -> with));
		assertThatIllegalStateException().isThrownBy(() -> subscribers.register(recording((with) -> with)))
			.withMessageContaining("already has the subscriber '" + this.id + "'");
		registration.close();
		stack().push("0");
		subscribers.register(recording((with) -> with));
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(this.handled).containsExactly("0");
	}

	@Test
	void namesAreChecked() {
		assertThatIllegalArgumentException().isThrownBy(() -> SubscriberDefinition.of("s", "a b", String.class))
			.withMessageContaining("\"a b\"");
		JpaSubscribers subscribers = subscribers();
		assertThatIllegalArgumentException().isThrownBy(() -> subscribers
			.register(SubscriberDefinition.of("s".repeat(201), "a", String.class).forEachEntry((entry) -> {
			})));
		assertThatIllegalArgumentException().isThrownBy(() -> subscribers.pause("unknown"))
			.withMessageContaining("no subscriber 'unknown'");
		assertThat(subscribers.status("unknown")).isEmpty();
	}

	@Test
	void orphanIsListedAndRemoved() {
		JpaSubscribers subscribers = subscribers();
		Subscribers.Registration registration = subscribers.register(recording((with) -> with));
		assertThatIllegalStateException().isThrownBy(() -> subscribers.remove(this.id))
			.withMessageContaining("an application has it");
		assertThat(registration.close(WAIT)).isTrue();
		assertThat(status(subscribers).state()).isEqualTo(State.RUNNING);
		assertThatIllegalStateException().isThrownBy(() -> subscribers.remove(this.id));
		node().jdbc()
			.sql("update appendonly_subscriber set seen_at = moved_at - interval '3' minute where id = ?")
			.param(this.id)
			.update();
		assertThat(status(subscribers).state()).isEqualTo(State.ORPHANED);
		assertThat(subscribers.status()).filteredOn((status) -> status.id().equals(this.id)).hasSize(1);
		assertThat(subscribers.remove(this.id)).isEqualTo(1);
		assertThat(subscribers.status(this.id)).isEmpty();
	}

	/**
	 * The number of statements that wait for the row of a subscriber.
	 */
	private long waiting() {
		return node().jdbc()
			.sql((this.database == TestDatabase.H2)
					? "select count(*) from information_schema.sessions where blocker_id is not null"
					: "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
							+ " and datname = current_database() and query like '%appendonly_subscriber%'")
			.query(Long.class)
			.single();
	}

	@Test
	void rowOfASubscriberThatWorksIsNoOrphan() {
		JpaSubscribers subscribers = subscribers();
		assertThat(subscribers.register(recording((with) -> with)).close(WAIT)).isTrue();
		node().jdbc()
			.sql("update appendonly_subscriber set seen_at = moved_at - interval '3' minute where id = ?")
			.param(this.id)
			.update();
		CompletableFuture<Integer> removed = node().inTransaction(() -> {
			node().jdbc()
				.sql("update appendonly_subscriber set seen_at = moved_at where id = ?")
				.param(this.id)
				.update();
			CompletableFuture<Integer> removing = CompletableFuture.supplyAsync(() -> subscribers.remove(this.id),
					(task) -> new Thread(task).start()); // the common pool may have one
															// thread only
			runElsewhere(() -> await().until(() -> waiting() == 1));
			return removing;
		});
		assertThat(removed).failsWithin(WAIT)
			.withThrowableThat()
			.withRootCauseInstanceOf(IllegalStateException.class)
			.withMessageContaining("an application has it");
		assertThat(subscribers.status(this.id)).isPresent();
	}

	/**
	 * The node that works does not show that before the commit, but has the row locked.
	 */
	@Test
	void subscriberThatHasWorkedOnOneBatchForMinutesIsNotShownAsAnOrphan() throws Exception {
		stack().push("0");
		JpaSubscribers working = subscribers();
		assertThat(working.register(definition().forEachEntry((entry) -> {
			throw new IllegalStateException("as if it were not there");
		})).close(WAIT)).isTrue();
		node().jdbc()
			.sql("update appendonly_subscriber set seen_at = moved_at - interval '3' minute, retry_at = null where id = ?")
			.param(this.id)
			.update();
		JpaSubscribers other = notStarted(secondNode(), LONG_LEASES);
		assertThat(status(other).state()).isEqualTo(State.ORPHANED);
		working.register(blockingAt("0"));
		awaitEntered();
		assertThat(status(other).state()).isEqualTo(State.RUNNING);
		assertThat(other.status()).filteredOn((status) -> status.id().equals(this.id))
			.extracting(SubscriberStatus::state)
			.containsExactly(State.RUNNING);
		this.released.countDown();
		working.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).containsExactly("0");
	}

	@Test
	void nodeWithoutASubscriberStartsNoThread() {
		AtomicInteger threads = new AtomicInteger();
		JpaSubscribers subscribers = notStarted(node(), LONG_LEASES, (task) -> {
			threads.incrementAndGet();
			return new Thread(task);
		});
		subscribers.start();
		assertThat(threads).hasValue(0);
		subscribers.register(recording((with) -> with));
		subscribers.pause(this.id);
		node().jdbc().sql("update appendonly_subscriber set state = 'RUNNING' where id = ?").param(this.id).update();
		stack().push("0");
		subscribers.awaitCaughtUp(this.id, WAIT);
		subscribers.stop(WAIT);
		int before = threads.get();
		subscribers.start();
		stack().push("1");
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(threads).hasValueGreaterThan(before);
	}

	@Test
	void nodeThatHasASubscriberShowsItNowAndThen() {
		JpaSubscribers subscribers = subscribers();
		subscribers.register(recording((with) -> with));
		subscribers.pause(this.id);
		node().jdbc()
			.sql("update appendonly_subscriber set seen_at = moved_at - interval '3' minute where id = ?")
			.param(this.id)
			.update();
		JpaSubscribers other = notStarted(secondNode(), LONG_LEASES);
		await().until(() -> status(other).state() == State.PAUSED);
	}

	@Test
	void stopEndsABatchEarlyAndKeepsWhatIsHandled() throws Exception {
		stack().pushAll(Numbered.items(0, 10));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(blockingAt("1"));
		awaitEntered();
		CompletableFuture<Boolean> stopped = CompletableFuture.supplyAsync(() -> subscribers.stop(WAIT));
		await().until(subscribers::isStopping);
		this.released.countDown();
		assertThat(stopped.get(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(effects()).containsExactly("0", "1");
		assertThat(status(subscribers).cursor()).isEqualTo(Numbered.position(1, 100));
		subscribers.start();
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).isEqualTo(Numbered.items(0, 10));
	}

	@Test
	void batchThatTakesTooLongAtTheStopIsRolledBack() throws Exception {
		stack().pushAll(Numbered.items(0, 10));
		JpaSubscribers subscribers = subscribers();
		AtomicBoolean returned = new AtomicBoolean();
		subscribers.register(definition().forEachEntry((entry) -> {
			effect(entry.item());
			this.entered.countDown();
			while (this.released.getCount() > 0) {
				try {
					this.released.await();
				}
				catch (InterruptedException ex) {
					// goes on all the same
				}
			}
			returned.set(true);
		}));
		awaitEntered();
		assertThat(subscribers.stop(Duration.ofMillis(50))).isFalse();
		this.released.countDown();
		await().untilTrue(returned);
		JpaSubscribers other = subscribers(secondNode(), LONG_LEASES);
		other.register(definition().forEachEntry((entry) -> effect(secondNode(), entry.item())));
		other.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).isEqualTo(Numbered.items(0, 10));
		assertThat(status(other).attempts()).isZero();
	}

	@Test
	void oneConnectionIsEnough() {
		Node single = this.database.shared("spring.datasource.hikari.maximum-pool-size=1",
				"spring.datasource.hikari.connection-timeout=10000");
		JpaSubscribers subscribers = subscribers(single, LONG_LEASES);
		for (int i = 0; i < 4; i++) {
			boolean transactional = i % 2 == 0;
			String id = this.id + "-" + i;
			subscribers.register(SubscriberDefinition.of(this.name, id, String.class)
				.transactional(transactional)
				.batchSize(3)
				.forEachEntry((entry) -> {
					single.structures().stack(id, String.class).push(entry.item());
					subscribers.status(id);
				}));
		}
		for (int i = 0; i < 20; i++) {
			single.structures().stack(this.name, String.class).push("" + i);
		}
		for (int i = 0; i < 4; i++) {
			String id = this.id + "-" + i;
			subscribers.awaitCaughtUp(id, WAIT);
			assertThat(items(stack(id))).isEqualTo(Numbered.items(0, 20));
		}
	}

}
