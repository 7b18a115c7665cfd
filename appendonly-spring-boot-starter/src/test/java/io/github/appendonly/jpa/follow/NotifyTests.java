package io.github.appendonly.jpa.follow;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Nodes that never look, so that nothing but notifications tells them what others have
 * placed.
 */
class NotifyTests {

	private static final String[] SETTINGS = { "appendonly.follow.notify=true",
			"appendonly.follow.min-poll-interval=1h", "appendonly.follow.max-poll-interval=1h" };

	@SuppressWarnings("NullAway.Init") // set before the tests
	private static Node node;

	@SuppressWarnings("NullAway.Init") // set before the tests
	private static Node other;

	private final String name = Node.newName();

	@BeforeAll
	static void start() {
		node = TestDatabase.POSTGRESQL.start(SETTINGS);
		other = node.another(SETTINGS);
	}

	@AfterAll
	static void stop() {
		node.close();
		await().atMost(DatabaseTests.WAIT).untilAsserted(() -> assertThat(listeners()).isEmpty());
		other.close();
	}

	/**
	 * The sessions that listen.
	 */
	private static List<Integer> listeners() {
		return other.jdbc()
			.sql("select pid from pg_stat_activity where application_name = 'appendonly-notify'"
					+ " and datname = current_database() and query like 'listen%'")
			.query(Integer.class)
			.list();
	}

	private static int awaitListener() {
		await().atMost(DatabaseTests.WAIT).untilAsserted(() -> assertThat(listeners()).hasSize(1));
		return listeners().get(0);
	}

	private AppendStack<String> onOther() {
		return other.structures().stack(this.name, String.class);
	}

	@Test
	void otherNodeIsNotifiedOfEachWayToPush() {
		try (Handed handed = Handed.by(node.structures().stack(this.name, String.class))) {
			awaitListener();
			onOther().push("a");
			handed.await("a");
			other.inTransaction(() -> onOther().push("b"));
			handed.await("a", "b");
			other.inTransaction(() -> {
				onOther().push("c");
				assertThat(onOther().newest()).isPresent();
			});
			handed.await("a", "b", "c");
		}
	}

	@Test
	void connectionThatIsKilledIsMadeAnewAndNothingIsMissed() {
		try (Handed handed = Handed.by(node.structures().stack(this.name, String.class))) {
			for (int round = 0; round < 2; round++) {
				int session = awaitListener();
				other.jdbc().sql("select pg_terminate_backend(?)").param(session).query(Boolean.class).single();
				onOther().push("" + 2 * round);
				handed.await(Numbered.items(0, 2 * round + 1));
				assertThat(awaitListener()).isNotEqualTo(session);
				onOther().push("" + (2 * round + 1));
				handed.await(Numbered.items(0, 2 * round + 2));
			}
		}
	}

	/**
	 * The node does not need the connection, and ends it when it hears of something, or
	 * after a while.
	 */
	@Test
	void connectionEndsWhenNothingIsFollowedAnyMoreAndIsMadeAnewLater() {
		for (int round = 0; round < 2; round++) {
			Handed handed = Handed.by(node.structures().stack(this.name, String.class));
			awaitListener();
			handed.close();
			await().atMost(DatabaseTests.WAIT).untilAsserted(() -> {
				onOther().push("a");
				assertThat(listeners()).isEmpty();
			});
		}
	}

	@Test
	void manyStacksAreFollowedAtOnce() {
		List<String> names = Numbered.items(0, 200).stream().map((number) -> this.name + " " + number).toList();
		List<Handed> all = names.stream()
			.map((stack) -> Handed.by(node.structures().stack(stack, String.class)))
			.toList();
		awaitListener();
		List<CompletableFuture<Position>> pushed = names.stream()
			.map((stack) -> other.structures().stack(stack, String.class).pushAsync("a"))
			.toList();
		pushed.forEach(CompletableFuture::join);
		all.forEach((handed) -> handed.await("a"));
		all.forEach(Handed::close);
	}

}
