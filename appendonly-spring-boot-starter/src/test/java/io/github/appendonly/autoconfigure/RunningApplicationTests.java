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
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Writers;
import io.github.appendonly.autoconfigure.app.Order;
import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.autoconfigure.restarted.Note;
import io.github.appendonly.jpa.AppendOnly;
import io.github.appendonly.jpa.TablesMissingException;
import io.github.appendonly.jpa.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
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
				Stream.concat(Stream.of(STACK), Stream.of(properties)).toArray(String[]::new));
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
					() -> assertThat(context.getBean(AppendOnly.class).status("orders").size()).isEqualTo(1));
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
		assertThat(orders.pushAsync(new Order("late"))).failsWithin(Duration.ofSeconds(60));
		try (ConfigurableApplicationContext again = start(url, "appendonly.stacks.orders.max-layers=100000")) {
			List<String> numbers = numbers(again);
			assertThat(numbers).doesNotHaveDuplicates().containsAll(acknowledged);
			Set<String> others = new HashSet<>(numbers);
			others.removeAll(acknowledged);
			assertThat(refused).containsAll(others);
		}
	}

	@Test
	void asynchronousPushesAreDoneOrRefusedWhenItStops() {
		TestDatabase.Url url = TestDatabase.POSTGRESQL.create();
		List<CompletableFuture<?>> pushes;
		try (ConfigurableApplicationContext context = start(url)) {
			AppendStack<Order> orders = orders(context);
			pushes = Stream.iterate(0, (i) -> i + 1)
				.limit(500)
				.<CompletableFuture<?>>map((i) -> orders.pushAsync(new Order("" + i)))
				.toList();
		}
		assertThat(pushes).allMatch(CompletableFuture::isDone);
		long done = pushes.stream().filter((push) -> !push.isCompletedExceptionally()).count();
		try (ConfigurableApplicationContext again = start(url)) {
			assertThat(numbers(again)).hasSize((int) done)
				.isEqualTo(Stream.iterate(0, (i) -> i + 1).limit(done).map(String::valueOf).toList());
		}
	}

	private static Set<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("appendonly-"))
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
