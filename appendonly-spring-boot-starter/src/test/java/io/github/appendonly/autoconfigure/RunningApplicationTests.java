package io.github.appendonly.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.Writers;
import io.github.appendonly.autoconfigure.app.Order;
import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.autoconfigure.restarted.Note;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.StackSettings;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.table.TablesMissingException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Applications are started, restarted and stopped in all sorts of ways.
 */
class RunningApplicationTests {

	private static final String STACK = "appendonly.stacks.orders.type=" + Order.class.getName();

	private static final int WRITERS = 8;

	private static ConfigurableApplicationContext start(TestDatabase.Url url, String... properties) {
		return UserApplication.start(EmptyApplication.class, url,
				Stream.concat(Stream.of(STACK, "appendonly.inbox.check-interval=1s"), Stream.of(properties))
					.toArray(String[]::new));
	}

	@SuppressWarnings("unchecked") // as injection does
	private static AppendStack<Order> orders(ConfigurableApplicationContext context) {
		return (AppendStack<Order>) context.getBean("orders");
	}

	private static void inTransaction(ConfigurableApplicationContext context, Runnable work) {
		new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
			.executeWithoutResult((status) -> work.run());
	}

	private static List<String> numbers(ConfigurableApplicationContext context) {
		return orders(context).fromOldest(Integer.MAX_VALUE)
			.entries()
			.stream()
			.map((entry) -> entry.item().number())
			.toList();
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.main.lazy-initialization=true", "spring.threads.virtual.enabled=true",
			"spring.jpa.bootstrap=async", "spring.data.jpa.repositories.bootstrap-mode=deferred" })
	void worksWith(String setting) {
		TestDatabase.Url url = TestDatabase.H2.create();
		try (ConfigurableApplicationContext context = start(url, setting, "appendonly.group-commit.enabled=false")) {
			inTransaction(context, () -> orders(context).push(new Order("1")));
		}
		try (ConfigurableApplicationContext context = start(url, setting)) {
			await().untilAsserted(
					() -> assertThat(context.getBean(AppendOnlyStructures.class).status("orders").size()).isEqualTo(1));
			orders(context).push(new Order("2"));
			inTransaction(context, () -> orders(context).push(new Order("3")));
			assertThat(numbers(context)).containsExactly("1", "2", "3");
		}
	}

	@Test
	void missingTablesFailALazyStartToo() {
		Set<Thread> before = threads();
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> start(TestDatabase.H2.create(), "spring.main.lazy-initialization=true",
					"appendonly.jdbc.initialize-schema=never", "spring.jpa.hibernate.ddl-auto=none"))
			.havingRootCause()
			.satisfies((failure) -> assertThat(UserApplication.analysis(new TablesMissingException("", failure)))
				.isNotNull());
		assertThat(threads()).isSubsetOf(before);
	}

	@ParameterizedTest
	@EnumSource
	void applicationsInOneJvmShareADatabaseOrDoNot(TestDatabase database) throws Exception {
		TestDatabase.Url shared = database.create();
		try (ConfigurableApplicationContext one = start(shared);
				ConfigurableApplicationContext two = start(shared);
				ConfigurableApplicationContext apart = start(database.create())) {
			List<ConfigurableApplicationContext> contexts = List.of(one, two, apart);
			Writers.run(3, (writer) -> {
				for (int i = 0; i < 20; i++) {
					Order order = new Order(writer + ":" + i);
					ConfigurableApplicationContext context = contexts.get(writer);
					if (i % 2 == 0) {
						orders(context).push(order);
					}
					else {
						inTransaction(context, () -> orders(context).push(order));
					}
				}
			});
			assertThat(numbers(one)).hasSize(40).doesNotHaveDuplicates().isEqualTo(numbers(two));
			assertThat(numbers(one)).noneMatch((number) -> number.startsWith("2:"));
			assertThat(numbers(apart)).hasSize(20).allMatch((number) -> number.startsWith("2:"));
		}
	}

	@ParameterizedTest
	@EnumSource
	void childContextThatClosesLeavesTheStructuresOfItsParentAlone(TestDatabase database) {
		try (ConfigurableApplicationContext parent = start(database.create())) {
			ConfigurableApplicationContext child = new SpringApplicationBuilder(EmptyApplication.class).parent(parent)
				.web(WebApplicationType.NONE)
				.run();
			orders(child).push(new Order("1"));
			child.close();
			assertThat(orders(parent).pushAsync(new Order("2"))).succeedsWithin(Duration.ofSeconds(60));
			inTransaction(parent, () -> orders(parent).push(new Order("3")));
			await().until(() -> parent.getBean(AppendOnlyStructures.class)
				.status("orders")
				.newest()
				.orElseThrow()
				.index() == 2);
			assertThat(numbers(parent)).containsExactly("1", "2", "3");
			assertThat(parent.getBean(AppendOnlyLifecycle.class).isRunning()).isTrue();
		}
	}

	@Test
	void classesMayBeLoadedAnewBetweenRestarts() throws Exception {
		TestDatabase.Url url = TestDatabase.H2.create();
		Set<Class<?>> types = new HashSet<>();
		for (int run = 1; run <= 3; run++) {
			Restart classes = new Restart();
			Class<?> type = classes.loadClass(Note.class.getName());
			assertThat(types.add(type)).isTrue();
			Thread.currentThread().setContextClassLoader(classes);
			try (ConfigurableApplicationContext context = start(url,
					"appendonly.stacks.notes.type=" + Note.class.getName())) {
				AppendStack<Object> notes = notes(context);
				notes.push(type.getConstructor(String.class).newInstance("run " + run));
				inTransaction(context, () -> assertThat(notes.stream()).hasSizeGreaterThan(0));
				assertThat(notes.stream().map((entry) -> entry.item()).toList()).hasSize(run)
					.allMatch(type::isInstance);
			}
			finally {
				Thread.currentThread().setContextClassLoader(classes.getParent());
			}
		}
	}

	@SuppressWarnings("unchecked") // as injection does
	private static AppendStack<Object> notes(ConfigurableApplicationContext context) {
		return (AppendStack<Object>) context.getBean("notes");
	}

	@ParameterizedTest
	@EnumSource
	void whatWasPushedWhenItStopsIsDurableOrRefused(TestDatabase database) throws Exception {
		TestDatabase.Url url = database.create();
		Set<Thread> before = threads();
		Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
		Queue<String> refused = new ConcurrentLinkedQueue<>();
		CountDownLatch underWay = new CountDownLatch(WRITERS * 10);
		ConfigurableApplicationContext context = start(url, "spring.datasource.hikari.connection-timeout=1000",
				"appendonly.stacks.orders.max-layers=100000");
		AppendStack<Order> orders = orders(context);
		TransactionTemplate transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
		Writers.run(WRITERS + 1, (writer) -> {
			if (writer == WRITERS) {
				underWay.await();
				context.close();
				return;
			}
			boolean open = true;
			for (int i = 0; open; i++) {
				Order order = new Order(writer + ":" + i);
				try {
					switch (i % 3) {
						case 0 -> orders.push(order);
						case 1 -> transaction.executeWithoutResult((status) -> orders.push(order));
						default -> orders.pushAsync(order).join();
					}
					acknowledged.add(order.number());
				}
				catch (RuntimeException ex) {
					refused.add(order.number());
					open = false;
				}
				underWay.countDown();
			}
		});
		assertThat(threads()).isSubsetOf(before);
		assertRefused(orders.pushAsync(new Order("late")));
		try (ConfigurableApplicationContext again = start(url, "appendonly.stacks.orders.max-layers=100000")) {
			List<String> numbers = numbers(again);
			assertThat(numbers).doesNotHaveDuplicates().containsAll(acknowledged);
			Set<String> others = new HashSet<>(numbers);
			others.removeAll(acknowledged);
			assertThat(refused).containsAll(others);
		}
	}

	/**
	 * More than two batches take.
	 */
	@ParameterizedTest
	@EnumSource
	void asynchronousPushesAreDoneWhenItStops(TestDatabase database) {
		TestDatabase.Url url = database.create();
		int count = 5000;
		List<CompletableFuture<?>> pushes;
		try (ConfigurableApplicationContext context = start(url, "appendonly.stacks.orders.max-layers=100")) {
			AppendStack<Order> orders = orders(context);
			pushes = IntStream.range(0, count)
				.<CompletableFuture<?>>mapToObj((i) -> orders.pushAsync(new Order("" + i)))
				.toList();
		}
		assertThat(pushes).allMatch((push) -> push.isDone() && !push.isCompletedExceptionally());
		try (ConfigurableApplicationContext again = start(url, "appendonly.stacks.orders.max-layers=100")) {
			assertThat(numbers(again)).isEqualTo(IntStream.range(0, count).mapToObj(String::valueOf).toList());
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatTransactionsPushedIsPlacedWhenItStops(TestDatabase database) {
		TestDatabase.Url url = database.create();
		try (ConfigurableApplicationContext context = start(url)) {
			inTransaction(context, () -> orders(context).push(new Order("1")));
		}
		assertThat(UserApplication.jdbc(url).sql("select count(*) from appendonly_inbox").query(Long.class).single())
			.isZero();
		assertThat(UserApplication.jdbc(url).sql("select items from appendonly_slice").query(String.class).single())
			.contains("1");
	}

	@ParameterizedTest
	@CsvSource({ "H2, true", "H2, false", "POSTGRESQL, true", "POSTGRESQL, false" })
	void whatWasTakenIsDoneWhenItStopsAndNothingMoreIsTaken(TestDatabase database, boolean grouping) throws Exception {
		TestDatabase.Url url = database.create();
		ConfigurableApplicationContext context = start(url, "appendonly.group-commit.enabled=" + grouping);
		try (Blocked blocked = new Blocked(context)) {
			Thread closing = new Thread(context::close);
			closing.start();
			CompletableFuture<?> refused = await().until(() -> blocked.stacks.get(0).pushAsync("refused"),
					CompletableFuture::isCompletedExceptionally);
			assertRefused(refused);
			assertThat(blocked.queued).noneMatch(CompletableFuture::isDone);
			blocked.release();
			closing.join();
			assertThat(blocked.begun).allMatch((push) -> push.isDone() && !push.isCompletedExceptionally());
			assertThat(blocked.queued).allMatch((push) -> push.isDone() && !push.isCompletedExceptionally());
		}
	}

	@ParameterizedTest
	@CsvSource({ "H2, true", "H2, false", "POSTGRESQL, true", "POSTGRESQL, false" })
	void whatCannotBeDoneInTimeIsRefusedWhenItStops(TestDatabase database, boolean grouping) {
		Set<Thread> before = threads();
		TestDatabase.Url url = database.create();
		ConfigurableApplicationContext context = start(url, "appendonly.group-commit.enabled=" + grouping,
				"spring.lifecycle.timeout-per-shutdown-phase=100ms");
		try (Blocked blocked = new Blocked(context)) {
			context.close();
			blocked.queued.forEach(RunningApplicationTests::assertRefused);
			assertThat(blocked.begun).noneMatch(CompletableFuture::isDone);
		}
		await().untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
		try (ConfigurableApplicationContext again = start(url)) {
			for (AppendStack<String> stack : Blocked.stacks(again.getBean(AppendOnlyStructures.class), (stack) -> {
			})) {
				assertThat(stack.stream().map(Entry::item)).doesNotContain("queued");
			}
		}
	}

	private static void assertRefused(CompletableFuture<?> push) {
		assertThat(push).isCompletedExceptionally();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(push::get)
			.withCauseInstanceOf(RejectedExecutionException.class);
	}

	@Test
	void asynchronousPushesAreTakenAgainAfterARestart() {
		try (ConfigurableApplicationContext context = start(TestDatabase.H2.create())) {
			context.stop();
			assertRefused(orders(context).pushAsync(new Order("refused")));
			context.start();
			assertThat(orders(context).pushAsync(new Order("1"))).succeedsWithin(Duration.ofSeconds(60));
			inTransaction(context, () -> orders(context).push(new Order("2")));
			await().untilAsserted(
					() -> assertThat(context.getBean(AppendOnlyStructures.class).status("orders").size()).isEqualTo(2));
			assertThat(numbers(context)).containsExactly("1", "2");
		}
	}

	/**
	 * An application all of whose threads are in pruners, while more waits for them.
	 */
	private static final class Blocked implements AutoCloseable {

		private static final int THREADS = 4;

		private final CountDownLatch released = new CountDownLatch(1);

		private final CountDownLatch pruning = new CountDownLatch(THREADS);

		private final List<AppendStack<String>> stacks;

		private final List<CompletableFuture<?>> begun;

		private final List<CompletableFuture<?>> queued;

		Blocked(ConfigurableApplicationContext context) {
			AppendOnlyStructures structures = context.getBean(AppendOnlyStructures.class);
			Consumer<StackSettings<String>> settings = (stack) -> stack.bounds(1, 1).pruner((layer) -> block());
			this.stacks = stacks(structures, settings);
			this.stacks.subList(0, THREADS).forEach((stack) -> stack.push("first"));
			this.begun = pushed(this.stacks.subList(0, THREADS), "begun");
			awaitAllPruning();
			this.queued = pushed(this.stacks, "queued");
		}

		static List<AppendStack<String>> stacks(AppendOnlyStructures structures,
				Consumer<StackSettings<String>> settings) {
			return IntStream.rangeClosed(0, THREADS)
				.mapToObj((number) -> structures.stack("blocked-" + number, String.class, settings))
				.toList();
		}

		private static List<CompletableFuture<?>> pushed(List<AppendStack<String>> stacks, String item) {
			return stacks.stream().<CompletableFuture<?>>map((stack) -> stack.pushAsync(item)).toList();
		}

		/**
		 * As a driver waits, that does not care for interrupts.
		 */
		private void block() {
			this.pruning.countDown();
			while (this.released.getCount() > 0) {
				LockSupport.parkNanos(1_000_000);
			}
		}

		private void awaitAllPruning() {
			try {
				this.pruning.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

		void release() {
			this.released.countDown();
		}

		@Override
		public void close() {
			release();
		}

	}

	/**
	 * The threads of the starter. Those of subscribers come and go with the applications
	 * that other tests share; the ones here have no subscribers.
	 */
	private static Set<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("appendonly-"))
			.filter((thread) -> !thread.getName().startsWith("appendonly-subscriber-"))
			.collect(Collectors.toSet());
	}

	/**
	 * Loads the application's classes itself, as the one of the developer tools does.
	 */
	private static final class Restart extends ClassLoader {

		Restart() {
			super(Objects.requireNonNull(RunningApplicationTests.class.getClassLoader()));
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (!name.equals(Note.class.getName())) {
				return super.loadClass(name, resolve);
			}
			synchronized (getClassLoadingLock(name)) {
				Class<?> loaded = findLoadedClass(name);
				return (loaded != null) ? loaded : define(name);
			}
		}

		private Class<?> define(String name) throws ClassNotFoundException {
			try (@Nullable
			InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
				byte[] bytes = Objects.requireNonNull(file).readAllBytes();
				return defineClass(name, bytes, 0, bytes.length);
			}
			catch (IOException ex) {
				throw new ClassNotFoundException(name, ex);
			}
		}

	}

}
