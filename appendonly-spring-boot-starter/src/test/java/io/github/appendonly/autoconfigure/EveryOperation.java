package io.github.appendonly.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Entries;
import io.github.appendonly.Entry;
import io.github.appendonly.Family;
import io.github.appendonly.Position;
import io.github.appendonly.Pushed;
import io.github.appendonly.StackBounds;
import io.github.appendonly.StartAt;
import io.github.appendonly.Subscription;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import io.github.appendonly.jpa.StackStatus;
import io.github.appendonly.jpa.StructureOperations;
import io.github.appendonly.subscriber.SubscriberDefinition;
import io.github.appendonly.subscriber.Subscribers;
import io.github.appendonly.jpa.follow.Watcher;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Runs each statement and each query of the structures once, and checks the results. For
 * applications with settings that might change them.
 */
final class EveryOperation {

	/** Characters that a database or a driver might take for something else. */
	private static final String ODD = "it's \"odd\" \\ \\\\ {curly} [?] ?? $1 :name \u0000 é \uD83D\uDE00 %_ --";

	private static final int MANY = 10;

	private final AppendOnlyStructures structures;

	private final StructureOperations operations;

	private final Subscribers subscribers;

	private final Watcher watcher;

	private final TransactionTemplate transaction;

	private final String name;

	private EveryOperation(ApplicationContext context, String name) {
		this.structures = context.getBean(AppendOnlyStructures.class);
		this.operations = context.getBean(JpaAppendOnlyStructures.class).operations();
		this.subscribers = context.getBean(Subscribers.class);
		this.watcher = context.getBean(JpaAppendOnlyStructures.class).following().orElseThrow().watcher();
		this.transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
		this.name = name;
	}

	/**
	 * @param name a name that no structure has
	 */
	static void runsIn(ApplicationContext context, String name) {
		EveryOperation every = new EveryOperation(context, name);
		every.pushOntoMany();
		every.push();
		every.read();
		every.follow();
		every.show();
		every.accumulate();
		every.repeat();
		every.subscribe(true);
		every.subscribe(false);
		every.remove();
	}

	/**
	 * All but the first of them share commits: they wait for that one.
	 */
	private void pushOntoMany() {
		List<AppendStack<String>> stacks = IntStream.range(0, MANY)
			.mapToObj((number) -> this.structures.stack(this.name + "-" + number, String.class))
			.toList();
		for (int round = 0; round < 2; round++) {
			List<CompletableFuture<Position>> pushed = stacks.stream().map((stack) -> stack.pushAsync(ODD)).toList();
			assertThat(pushed).allSatisfy((position) -> assertThat(position).succeedsWithin(Duration.ofMinutes(1)));
		}
		this.transaction.executeWithoutResult((status) -> stacks.forEach((stack) -> stack.pushAll(List.of("c", ODD))));
		assertThat(stacks).allSatisfy((stack) -> assertThat(items(stack)).containsExactly(ODD, ODD, "c", ODD));
		Family<String> family = this.structures.family(this.name + "-", String.class);
		assertThat(family.members("", MANY)).hasSize(MANY).allMatch(family::exists);
		family.members("", MANY).forEach(family::drop);
		assertThat(family.exists("0")).isFalse();
	}

	private void push() {
		AppendStack<String> stack = this.structures.stack(this.name, String.class,
				(settings) -> settings.bounds(2, 2).archived());
		stack.push("a");
		stack.pushAll(List.of(ODD, "c", "d", "e", "f", "g"));
		this.transaction.executeWithoutResult((status) -> {
			stack.push("h");
			assertThat(stack.newest()).contains(new Entry<>(new Position(3, 1), "h"));
		});
		this.transaction.executeWithoutResult((status) -> stack.push("i"));
	}

	private void read() {
		AppendStack<String> stack = this.structures.stack(this.name, String.class);
		assertThat(items(stack)).containsExactly("g", "h", "i");
		assertThat(stack.older(new Position(4, 0), 1)).containsExactly(new Entry<>(new Position(3, 1), "h"));
		assertThat(stack.since(new Position(3, 0), 1).entries()).containsExactly(new Entry<>(new Position(3, 1), "h"));
		assertThat(stack.since(new Position(0, 0), 1).expired()).isTrue();
		assertThat(stack.get(new Position(4, 0))).contains("i");
		assertThat(stack.isEmpty()).isFalse();
		assertThat(stack.size()).isEqualTo(3);
		assertThat(items(this.structures.archive(this.name, String.class))).containsExactly("a", ODD, "c", "d", "e",
				"f");
		assertThat(this.structures.archive(this.name, String.class).older(new Position(2, 0), 3))
			.extracting(Entry::item)
			.containsExactly("d", "c", ODD);
		assertThat(this.structures.archive(this.name, String.class).since(new Position(1, 0), 2).entries())
			.containsExactly(new Entry<>(new Position(1, 1), "d"), new Entry<>(new Position(2, 0), "e"));
		assertThat(items(this.structures.history(this.name, String.class))).containsExactly("a", ODD, "c", "d", "e",
				"f", "g", "h", "i");
	}

	/**
	 * The first look at a stack wakes whoever watches it. The followed one may have been
	 * looked at before.
	 */
	private void follow() {
		List<String> handed = new CopyOnWriteArrayList<>();
		CountDownLatch looked = new CountDownLatch(1);
		try (Subscription followed = this.structures.stack(this.name, String.class)
			.follow(StartAt.oldest(), (entry) -> handed.add(entry.item()));
				Watcher.Registration watched = this.watcher.watch(this.name + "-watched", looked::countDown)) {
			await().atMost(DatabaseTests.WAIT)
				.untilAsserted(() -> assertThat(handed).as("handed by %s", followed).containsExactly("g", "h", "i"));
			await().atMost(DatabaseTests.WAIT)
				.untilAsserted(() -> assertThat(looked.getCount()).as("looks for %s", watched).isZero());
		}
	}

	private void show() {
		StackStatus status = this.structures.status(this.name);
		assertThat(status.bounds()).isEqualTo(new StackBounds(2, 2));
		assertThat(status.archived()).isTrue();
		assertThat(status.newest()).contains(new Position(4, 0));
		assertThat(status.layers()).hasSize(2);
		assertThat(status.archivedLayers()).isEqualTo(3);
		String before = this.name.substring(0, this.name.length() - 1);
		assertThat(this.operations.stacks(before, 1)).singleElement().satisfies((stack) -> {
			assertThat(stack.name()).isEqualTo(this.name);
			assertThat(stack.archived()).isTrue();
			assertThat(stack.oldest()).contains(new Position(3, 0));
		});
		assertThat(this.operations.archives(before, 1)).containsExactly(this.name);
		assertThat(this.structures.archiveNames(this.name, "", 1)).containsExactly(this.name);
		assertThat(this.operations.waiting(this.name)).isZero();
		assertThat(this.operations.setAside(this.name, 1)).isEmpty();
		assertThat(this.operations.place(this.name)).isZero();
		this.operations.start();
	}

	private void accumulate() {
		Accumulator<String> accumulator = this.structures.accumulator(this.name, String.class);
		accumulator.append(ODD);
		accumulator.extend(List.of("b", "c", "d"));
		assertThat(accumulator).containsExactly(ODD, "b", "c", "d");
		assertThat(accumulator.size()).isEqualTo(4);
		assertThat(accumulator.isEmpty()).isFalse();
		assertThat(this.operations.accumulators(this.name.substring(0, this.name.length() - 1), 1))
			.containsExactly(this.name);
		assertThat(this.structures.accumulatorNames(this.name, "", 1)).containsExactly(this.name);
		assertThat(this.structures.verify(this.name)).isEmpty();
		assertThat(accumulator.consume(2)).containsExactly(ODD, "b");
		assertThat(accumulator.consume()).containsExactly("c", "d");
		assertThat(accumulator.isEmpty()).isTrue();
	}

	private void repeat() {
		String repeated = this.name + "-repeated";
		String key = ODD.replace("\u0000", "");
		AppendStack<String> stack = this.structures.stack(repeated, String.class,
				(settings) -> settings.bounds(1, 1).keyRetention(Duration.ofDays(1)));
		assertThat(stack.push("a", key)).isEqualTo(new Pushed(true, Optional.of(new Position(0, 0))));
		assertThat(stack.push("b", key)).isEqualTo(new Pushed(false, Optional.of(new Position(0, 0))));
		AppendStack<String> forgetful = this.structures.stack(repeated + "-soon", String.class,
				(settings) -> settings.bounds(1, 1));
		this.transaction.executeWithoutResult((status) -> {
			assertThat(forgetful.push("c", "c").isNew()).isTrue();
			assertThat(forgetful.push("c", "c").isNew()).isFalse();
		});
		forgetful.push("d");
		assertThat(forgetful.push("c", "c").position()).contains(new Position(2, 0));
		Accumulator<String> accumulator = this.structures.accumulator(repeated, String.class);
		assertThat(accumulator.append("a", key)).isTrue();
		assertThat(accumulator.append("b", key)).isFalse();
		this.structures.drop(repeated);
		this.structures.drop(repeated + "-soon");
		this.structures.dropAccumulator(repeated);
	}

	private void subscribe(boolean transactional) {
		String id = this.name + "-" + transactional;
		Duration limit = Duration.ofMinutes(1);
		Set<String> broken = ConcurrentHashMap.newKeySet();
		broken.add("d");
		Queue<String> handled = new ConcurrentLinkedQueue<>();
		Subscribers.Registration registration = this.subscribers
			.register(SubscriberDefinition.of(this.name, id, String.class)
				.transactional(transactional)
				.maxAttempts(1)
				.onFailure(SubscriberDefinition.OnFailure.PARK)
				.forEachEntry((entry) -> {
					if (broken.contains(entry.item())) {
						throw new IllegalStateException(ODD);
					}
					handled.add(entry.item());
				}));
		this.subscribers.awaitCaughtUp(id, limit);
		assertThat(handled).endsWith("a", ODD, "c", "e", "f", "g", "h", "i").doesNotContain("d");
		broken.clear();
		this.subscribers.replayParked(id);
		this.subscribers.moveTo(id, StartAt.newest());
		this.subscribers.pause(id);
		this.subscribers.resume(id);
		registration.close();
		assertThat(this.subscribers.status()).filteredOn((status) -> status.id().equals(id))
			.singleElement()
			.satisfies((status) -> {
				assertThat(status.stack()).isEqualTo(this.name);
				assertThat(status.cursor()).isEqualTo(new Position(4, 0));
				assertThat(status.lag()).isZero();
			});
		assertThatIllegalStateException().isThrownBy(() -> this.subscribers.remove(id));
	}

	private void remove() {
		assertThat(this.structures.expireArchive(this.name, Instant.EPOCH)).isZero();
		assertThat(this.structures.expireArchive(this.name, Instant.now().plus(1, ChronoUnit.DAYS))).isEqualTo(2);
		assertThat(items(this.structures.archive(this.name, String.class))).containsExactly("e", "f");
		this.structures.drop(this.name);
		this.structures.dropAccumulator(this.name);
		assertThat(this.structures.stack(this.name, String.class).newest()).isEqualTo(Optional.empty());
		assertThat(this.structures.archive(this.name, String.class)).isEmpty();
	}

	private static List<String> items(Entries<String> entries) {
		return entries.fromOldest(Integer.MAX_VALUE).entries().stream().map(Entry::item).toList();
	}

}
