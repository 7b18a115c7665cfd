package io.github.appendonly.autoconfigure;

import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * An application whose threads are virtual, with far more of them than connections.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class VirtualThreadTests {

	/** Longer than anything takes, unless it hangs. */
	private static final Duration WAIT = Duration.ofSeconds(60);

	private static final int CONNECTIONS = 2;

	private static final int WRITERS = 100;

	@Parameter
	@SuppressWarnings("NullAway.Init") // set after the constructor
	TestDatabase database;

	@SuppressWarnings("NullAway.Init") // set before each test that is not skipped
	private ConfigurableApplicationContext context;

	@BeforeEach
	void start() {
		assumeTrue(Runtime.version().feature() >= 21, "There are no virtual threads before JDK 21");
		this.context = UserApplication.start(EmptyApplication.class, this.database.create(),
				"spring.threads.virtual.enabled=true", "spring.datasource.hikari.maximum-pool-size=" + CONNECTIONS);
	}

	@AfterEach
	void stop() {
		if (this.context != null) {
			this.context.close();
		}
	}

	private AppendStack<String> news() {
		return this.context.getBean(AppendOnlyStructures.class).stack("news", String.class);
	}

	/**
	 * Runs tasks at the same time, each on a thread as Boot makes them.
	 */
	private CompletableFuture<Void> onVirtualThreads(int tasks, IntConsumer task) {
		AsyncTaskExecutor boots = this.context.getBean("applicationTaskExecutor", AsyncTaskExecutor.class);
		return CompletableFuture.allOf(IntStream.range(0, tasks).mapToObj((number) -> boots.submitCompletable(() -> {
			assertThat(isVirtual(Thread.currentThread())).isTrue();
			task.accept(number);
		})).toArray(CompletableFuture<?>[]::new));
	}

	private static boolean isVirtual(Thread thread) {
		return thread.toString().startsWith("VirtualThread[");
	}

	private List<String> items() {
		return news().fromOldest(Integer.MAX_VALUE).entries().stream().map(Entry::item).toList();
	}

	@Test
	void threadsOfTheSequencerAreNotVirtualAndACallerLeadsOnItsOwn() {
		Queue<Thread> pruning = new ConcurrentLinkedQueue<>();
		AppendStack<String> bounded = this.context.getBean(AppendOnlyStructures.class)
			.stack("bounded", String.class,
					(stack) -> stack.bounds(1, 1).pruner((layer) -> pruning.add(Thread.currentThread())));
		bounded.push("1");
		assertThat(onVirtualThreads(1, (number) -> bounded.push("2"))).succeedsWithin(WAIT);
		assertThat(pruning).singleElement().satisfies((thread) -> assertThat(isVirtual(thread)).isTrue());
		pruning.clear();
		assertThat(onVirtualThreads(1, (number) -> bounded.pushAsync("3").join())).succeedsWithin(WAIT);
		assertThat(pruning).singleElement().satisfies((thread) -> {
			assertThat(isVirtual(thread)).isFalse();
			assertThat(thread.getName()).startsWith("appendonly-sequencer-");
			assertThat(thread.isDaemon()).isTrue();
		});
	}

	@Test
	void allWaysOfPushingWorkOnManyMoreThreadsThanConnections() {
		TransactionTemplate transaction = new TransactionTemplate(
				this.context.getBean(PlatformTransactionManager.class));
		assertThat(onVirtualThreads(WRITERS, (writer) -> {
			String item = String.format("%03d:", writer);
			news().push(item + 1);
			transaction.executeWithoutResult((status) -> news().push(item + 2));
			news().pushAsync(item + 3).join();
			transaction.executeWithoutResult((status) -> {
				news().push(item + 4);
				assertThat(news().newest().orElseThrow().item()).isEqualTo(item + 4);
			});
			news().pushAll(List.of(item + 5, item + 6));
		})).succeedsWithin(WAIT);
		List<String> items = items();
		assertThat(items).hasSize(WRITERS * 6).doesNotHaveDuplicates();
		for (int writer = 0; writer < WRITERS; writer++) {
			String prefix = String.format("%03d:", writer);
			assertThat(items.stream().filter((item) -> item.startsWith(prefix)))
				.isSortedAccordingTo(Comparator.naturalOrder());
		}
	}

	@Test
	void pushesWaitForAConnectionWhenOthersHaveThemAll() throws Exception {
		HikariDataSource pool = this.context.getBean(HikariDataSource.class);
		news().push("first");
		List<Connection> held = new ArrayList<>();
		for (int i = 0; i < CONNECTIONS; i++) {
			held.add(pool.getConnection());
		}
		CompletableFuture<Void> pushes = onVirtualThreads(WRITERS, (writer) -> news().push("" + writer));
		await().untilAsserted(
				() -> assertThat(Objects.requireNonNull(pool.getHikariPoolMXBean()).getThreadsAwaitingConnection())
					.isPositive());
		assertThat(pushes).isNotDone();
		for (Connection connection : held) {
			connection.close();
		}
		assertThat(pushes).succeedsWithin(WAIT);
		assertThat(items()).hasSize(WRITERS + 1).doesNotHaveDuplicates().startsWith("first");
	}

}
