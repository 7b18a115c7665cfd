package io.github.appendonly.subscriber;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.subscriber.SubscriberDefinition.OnFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of the parked copies of an item that is replaced.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class ParkedReplacementTests extends SubscriberTestBase {

	private CompletableFuture<Void> dropping = CompletableFuture.completedFuture(null);

	private final Set<String> broken = ConcurrentHashMap.newKeySet();

	private AppendStack<ParkedEntry<String>> parked() {
		return node().structures().stack(this.name + "." + this.id + ".parked", new ParameterizedTypeReference<>() {
		});
	}

	private List<String> parkedItems() {
		return parked().fromOldest(9).entries().stream().map((entry) -> entry.item().item()).toList();
	}

	private void handle(Entry<String> entry) {
		if (this.broken.contains(entry.item())) {
			throw new IllegalStateException("cannot handle " + entry.item());
		}
		this.handled.add(entry.item());
	}

	private SubscriberDefinition.Builder<String> parking() {
		return definition().maxAttempts(1).onFailure(OnFailure.PARK).transactional(false);
	}

	private void park(String... items) {
		this.broken.addAll(Set.of(items));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(parking().forEachEntry(this::handle));
		subscribers.awaitCaughtUp(this.id, WAIT);
	}

	private static UnaryOperator<String> numbering() {
		AtomicInteger calls = new AtomicInteger();
		return (item) -> item + "x" + calls.incrementAndGet();
	}

	@Test
	void parkedCopyGetsTheItemOfTheStack() {
		stack().pushAll(Numbered.items(0, 3));
		park("1", "2");
		assertThat(stack().replace(new Position(0, 1), numbering())).isTrue();
		node().inTransaction(() -> assertThat(stack().replace(new Position(0, 2), numbering())).isTrue());
		assertThat(stack().get(new Position(0, 1))).contains("1x1");
		assertThat(parkedItems()).containsExactly("1x1", "2x1");
	}

	@Test
	void parkedCopyGetsTheItemOfTheArchive() {
		AppendStack<String> stack = node().structures()
			.stack(this.name, String.class, (settings) -> settings.bounds(1, 2).archived());
		stack.pushAll(Numbered.items(0, 6));
		park("1");
		History<String> history = new History<>(stack, node().structures().archive(this.name, String.class));
		Position position = new Position(0, 1);
		assertThat(stack.replace(position, numbering())).isFalse();
		assertThat(parkedItems()).containsExactly("1");
		assertThat(history.replace(position, numbering())).isTrue();
		assertThat(history.get(position)).contains("1x1");
		assertThat(parkedItems()).containsExactly("1x1");
	}

	@Test
	void parkedCopyOfAnItemThatIsGoneIsChangedOnce() {
		AppendStack<String> stack = node().structures()
			.stack(this.name, String.class, (settings) -> settings.bounds(1, 2));
		stack.pushAll(Numbered.items(0, 2));
		park("1");
		stack.pushAll(Numbered.items(2, 6));
		assertThat(stack.replace(new Position(0, 1), numbering())).isFalse();
		assertThat(parkedItems()).containsExactly("1x1");
	}

	@Test
	void entryThatIsReplacedWhileItIsHandledIsParkedAsItIsNow() {
		stack().pushAll(Numbered.items(0, 4));
		JpaSubscribers subscribers = subscribers();
		subscribers.register(parking().batchSize(1).forEachEntry((entry) -> {
			if (entry.item().equals("1")) {
				replaceElsewhere();
			}
			if (!entry.item().equals("0")) {
				throw new IllegalStateException("cannot handle " + entry.item());
			}
		}));
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(parkedItems()).containsExactly("anonymous", "2", "3");
		assertThat(causes()).noneMatch((cause) -> cause.contains("handle 1")).anyMatch((cause) -> cause.contains("2"));
	}

	@Test
	void parkedEntryThatIsReplacedWhileItIsHandledIsParkedAgainAsItIsNow() {
		stack().pushAll(Numbered.items(0, 4));
		AtomicInteger calls = new AtomicInteger();
		JpaSubscribers subscribers = subscribers();
		subscribers.register(parking().batchSize(1).forEachEntry((entry) -> {
			if (entry.item().equals("1")) {
				if (calls.incrementAndGet() == 2) {
					replaceElsewhere();
				}
				throw new IllegalStateException("cannot handle 1");
			}
		}));
		subscribers.awaitCaughtUp(this.id, WAIT);
		assertThat(parkedItems()).containsExactly("1");
		assertThat(causes()).allMatch((cause) -> cause.contains("handle 1"));
		subscribers.replayParked(this.id);
		await().until(() -> calls.get() == 2 && node().jdbc()
			.sql("select replays from appendonly_subscriber where id = ?")
			.param(this.id)
			.query(Long.class)
			.single() == 0);
		assertThat(parked().fromOldest(9).entries()).allMatch((entry) -> entry.item().item().equals("anonymous"))
			.isNotEmpty();
		assertThat(causes()).noneMatch((cause) -> cause.contains("handle 1"));
	}

	private void replaceElsewhere() {
		runElsewhere(() -> stack().replace(new Position(0, 1), (item) -> "anonymous"));
	}

	private List<String> causes() {
		return parked().fromOldest(9).entries().stream().map((entry) -> entry.item().cause()).toList();
	}

	/**
	 * Whoever erases has the row of the stack before that of parked entries.
	 */
	@Test
	void dropWaitsForAnErasureBeforeItLocksWhatIsParked() {
		stack().pushAll(Numbered.items(0, 3));
		park("1");
		node().inTransaction(() -> {
			stack().push("3");
			assertThat(stack().newest(1)).hasSize(1); // has the row locked
			CompletableFuture<Void> drop = CompletableFuture.runAsync(
					() -> node().inTransaction(() -> node().structures().drop(this.name)),
					(task) -> new Thread(task).start());
			await().until(() -> waiting() > 0);
			assertThat(stack().erase(new Position(0, 1))).isOne();
			this.dropping = drop;
		});
		this.dropping.orTimeout(WAIT.toSeconds(), TimeUnit.SECONDS).join();
		assertThat(stack().isEmpty()).isTrue();
		assertThat(parked().isEmpty()).isTrue();
	}

	private long waiting() {
		return elsewhere(() -> node().jdbc()
			.sql((this.database == TestDatabase.H2)
					? "select count(*) from information_schema.sessions where blocker_id is not null"
					: "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
							+ " and datname = current_database()")
			.query(Long.class)
			.single());
	}

}
