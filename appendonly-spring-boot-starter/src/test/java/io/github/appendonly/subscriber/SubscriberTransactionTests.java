package io.github.appendonly.subscriber;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.appendonly.Entry;
import io.github.appendonly.Numbered;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Effects in the database happen once, whatever happens to transactions.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class SubscriberTransactionTests extends SubscriberTestBase {

	@BeforeEach
	void prepare() {
		prepareEffects();
	}

	private void terminateOwnConnection(Node node) {
		int process = node.jdbc().sql("select pg_backend_pid()").query(Integer.class).single();
		elsewhere(
				() -> node().jdbc().sql("select pg_terminate_backend(?)").param(process).query(Boolean.class).single());
	}

	/**
	 * The connection of a node dies in the middle of its batches, and at their ends. The
	 * other node goes on.
	 */
	@Test
	void effectsHappenOnceAlthoughConnectionsDie() {
		assumeTrue(this.database == TestDatabase.POSTGRESQL);
		stack().pushAll(Numbered.items(0, 100));
		AtomicInteger calls = new AtomicInteger();
		JpaSubscribers first = subscribers();
		JpaSubscribers second = subscribers(secondNode(), LONG_LEASES);
		first.register(dying(node(), calls));
		second.register(dying(secondNode(), calls));
		first.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).isEqualTo(Numbered.items(0, 100));
		assertThat(calls).hasValueGreaterThan(12);
	}

	private SubscriberDefinition<String> dying(Node node, AtomicInteger calls) {
		return definition().batchSize(10).forEachBatch((entries) -> {
			int call = calls.incrementAndGet();
			for (Entry<String> entry : entries) {
				effect(node, entry.item());
				if (call % 4 == 1 && entry.item().endsWith("5")) {
					terminateOwnConnection(node);
				}
			}
			if (call % 4 == 3) {
				terminateOwnConnection(node);
			}
		});
	}

	/**
	 * The node that has the row hangs, and dies. The other one gets the row.
	 */
	@Test
	void placeOfADeadNodeIsTaken() {
		assumeTrue(this.database == TestDatabase.POSTGRESQL);
		stack().pushAll(Numbered.items(0, 5));
		JpaSubscribers dead = subscribers();
		dead.register(definition().maxAttempts(1000).forEachEntry((entry) -> {
			effect(entry.item());
			terminateOwnConnection(node());
		}));
		JpaSubscribers alive = subscribers(secondNode(), LONG_LEASES);
		alive.register(definition().forEachEntry((entry) -> effect(secondNode(), entry.item())));
		alive.awaitCaughtUp(this.id, WAIT);
		assertThat(effects()).isEqualTo(Numbered.items(0, 5));
	}

	@Test
	void connectionsMayDefaultToSnapshots() {
		List<Node> nodes = List.of(withSnapshots("a"), withSnapshots("b"));
		List<JpaSubscribers> all = nodes.stream().map((node) -> subscribers(node, LONG_LEASES)).toList();
		for (int i = 0; i < 2; i++) {
			Node node = nodes.get(i);
			all.get(i).register(definition().batchSize(3).forEachEntry((entry) -> effect(node, entry.item())));
		}
		SubscriberDefinition<String> leased = SubscriberDefinition.of(this.name, this.id + "-leased", String.class)
			.transactional(false)
			.batchSize(3)
			.forEachBatch((entries) -> this.handled.addAll(items(entries)));
		all.forEach((each) -> each.register(leased));
		for (int i = 0; i < 100; i++) {
			nodes.get(i % 2).structures().stack(this.name, String.class).push("" + i);
		}
		all.get(0).awaitCaughtUp(this.id, WAIT);
		all.get(1).awaitCaughtUp(this.id + "-leased", WAIT);
		assertThat(effects()).isEqualTo(Numbered.items(0, 100));
		assertThat(this.handled).isEqualTo(Numbered.items(0, 100));
	}

	private Node withSnapshots(String name) {
		return this.database.shared("spring.datasource.hikari.transaction-isolation=TRANSACTION_REPEATABLE_READ",
				"appendonly.retry.max-retries=3", "spring.application.name=" + name);
	}

	@Test
	void idleTransactionWithASnapshotKeepsNobodyWaiting() {
		stack().pushAll(Numbered.items(0, 5));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(definition().forEachEntry((entry) -> effect(entry.item())));
		Node snapshots = withSnapshots("a");
		snapshots.inTransaction(() -> {
			assertThat(snapshots.structures().stack(this.name, String.class).newest()).isPresent();
			assertThat(subscribers.status()).isNotNull();
			runElsewhere(() -> {
				stack().pushAll(Numbered.items(5, 300));
				subscribers.awaitCaughtUp(this.id, WAIT);
			});
		});
		assertThat(effects()).isEqualTo(Numbered.items(0, 300));
	}

}
