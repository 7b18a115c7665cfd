package io.github.appendonly.subscriber;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.UnaryOperator;

import io.github.appendonly.Entry;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.follow.Watcher;
import jakarta.persistence.EntityManagerFactory;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Tests that run subscribers of their own on the applications that all tests share. Each
 * {@link JpaSubscribers} is a node of its own.
 */
abstract class SubscriberTestBase extends DatabaseTests {

	/** Leases that nobody takes over unless a test expires them, and frequent checks. */
	static final JpaSubscribers.Settings LONG_LEASES = new JpaSubscribers.Settings(4, Duration.ofMinutes(30),
			Duration.ofMinutes(10), Duration.ofMillis(50));

	/** The id of the subscriber of a test. */
	final String id = this.name;

	/** What the handlers of a test have been called with. */
	final List<String> handled = Collections.synchronizedList(new ArrayList<>());

	private final List<JpaSubscribers> started = new ArrayList<>();

	/**
	 * Starts subscribers on the first node.
	 */
	JpaSubscribers subscribers() {
		return subscribers(node(), LONG_LEASES);
	}

	/**
	 * Starts subscribers on a node.
	 */
	JpaSubscribers subscribers(Node node, JpaSubscribers.Settings settings, SubscriberListener... listeners) {
		JpaSubscribers subscribers = notStarted(node, settings, listeners);
		subscribers.start();
		return subscribers;
	}

	JpaSubscribers notStarted(Node node, JpaSubscribers.Settings settings, SubscriberListener... listeners) {
		return notStarted(node, settings, new CustomizableThreadFactory("subscriber-test-"), listeners);
	}

	JpaSubscribers notStarted(Node node, JpaSubscribers.Settings settings, ThreadFactory threads,
			SubscriberListener... listeners) {
		JpaAppendOnlyStructures structures = node.bean(JpaAppendOnlyStructures.class);
		Watcher watcher = structures.following().orElseThrow().watcher();
		JpaSubscribers subscribers = new JpaSubscribers(node.bean(EntityManagerFactory.class),
				node.bean(PlatformTransactionManager.class), structures,
				(stack, wake) -> watcher.watch(stack, wake)::close, settings,
				RetryPolicy.builder().predicate(JpaAppendOnlyStructures::isTransient).build(), threads,
				List.of(listeners));
		this.started.add(subscribers);
		return subscribers;
	}

	@AfterEach
	void stopSubscribers() {
		this.started.forEach((each) -> each.stop(WAIT));
		this.started.clear();
	}

	/**
	 * A subscriber of the test's stack, with pauses that nobody notices.
	 */
	SubscriberDefinition.Builder<String> definition() {
		return SubscriberDefinition.of(this.name, this.id, String.class)
			.backOff(Duration.ofMillis(1), Duration.ofMillis(2));
	}

	/**
	 * A subscriber that records what it handles.
	 */
	SubscriberDefinition<String> recording(UnaryOperator<SubscriberDefinition.Builder<String>> settings) {
		return settings.apply(definition()).forEachEntry((entry) -> this.handled.add(entry.item()));
	}

	SubscriberStatus status(Subscribers subscribers) {
		return subscribers.status(this.id).orElseThrow();
	}

	/**
	 * Writes an effect to the database, in the transaction of the calling thread if there
	 * is one.
	 */
	void effect(String item) {
		effect(node(), item);
	}

	/**
	 * The effect of a subscriber of another node, in the transaction of that one.
	 */
	void effect(Node node, String item) {
		node.jdbc().sql("insert into effect (name, item) values (?, ?)").params(this.name, item).update();
	}

	/**
	 * Creates the table of effects.
	 */
	void prepareEffects() {
		node().jdbc()
			.sql("create table if not exists effect (id bigint generated always as identity, name varchar(200),"
					+ " item varchar(200))")
			.update();
	}

	/**
	 * The effects in the order in which they were written.
	 */
	List<String> effects() {
		return node().jdbc()
			.sql("select item from effect where name = ? order by id")
			.param(this.name)
			.query(String.class)
			.list();
	}

	static List<String> items(List<Entry<String>> entries) {
		return entries.stream().map(Entry::item).toList();
	}

	static ConditionFactory await() {
		return Awaitility.await().atMost(WAIT).pollInterval(Duration.ofMillis(5));
	}

}
