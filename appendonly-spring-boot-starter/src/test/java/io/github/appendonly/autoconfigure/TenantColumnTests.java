package io.github.appendonly.autoconfigure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Changes;
import io.github.appendonly.Entries;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.Writers;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.StackSettings;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.subscriber.SubscriberDefinition;
import io.github.appendonly.subscriber.Subscribers;
import io.github.appendonly.tenants.Memo;
import io.github.appendonly.tenants.MemoRepository;
import io.github.appendonly.tenants.TenantApplication;
import org.hibernate.cfg.MultiTenancySettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernatePropertiesCustomizer;
import org.springframework.context.annotation.Bean;

import static io.github.appendonly.tenants.TenantApplication.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tenants that share all tables, and are told apart by a column of the application's
 * entities; ours have none, so the names of stacks do it.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class TenantColumnTests {

	private static final AtomicInteger names = new AtomicInteger();

	private static final List<String> TENANTS = List.of("red", "blue", "green");

	private static final int WRITERS = 6;

	@SuppressWarnings("NullAway.Init") // set before the tests
	private static TestDatabase.Url url;

	@SuppressWarnings("NullAway.Init") // set before the tests
	private static TenantApplication application;

	/** Has JUnit hand the argument to {@link #start(TestDatabase)} too. */
	@Parameter
	@SuppressWarnings("NullAway.Init") // set after the constructor
	TestDatabase database;

	/** Of the stack that tenants share in a test; those of their own have more of it. */
	private final String name = "news-" + names.incrementAndGet();

	@BeforeParameterizedClassInvocation
	static void start(TestDatabase database) {
		url = database.create();
		application = start("appendonly.group-commit.enabled=true");
	}

	private static TenantApplication start(String property) {
		return TenantApplication.start(Application.class, url, "spring.jpa.hibernate.ddl-auto=update",
				"spring.datasource.hikari.maximum-pool-size=3", property);
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		application.close();
	}

	@BeforeEach
	void deleteMemos() {
		UserApplication.jdbc(url).sql("delete from memo").update();
	}

	private static AppendOnlyStructures structures() {
		return application.structures();
	}

	private static MemoRepository memos() {
		return application.bean(MemoRepository.class);
	}

	private static void inTransaction(Runnable work) {
		application.inTransaction(work);
	}

	private static String text(String tenant, int writer, int number) {
		return tenant + " " + writer + ":" + String.format("%02d", number);
	}

	private static List<String> items(Entries<String> entries) {
		return entries.fromOldest(Integer.MAX_VALUE).entries().stream().map(Entry::item).toList();
	}

	private static void assertInOrderOfEachWriter(List<String> items, String tenant) {
		for (int writer = 0; writer < WRITERS; writer++) {
			String prefix = tenant + " " + writer + ":";
			assertThat(items.stream().filter((item) -> item.startsWith(prefix)))
				.isSortedAccordingTo(Comparator.naturalOrder());
		}
	}

	@Test
	void subscribersOfTenantsAreRefused() {
		Subscribers subscribers = application.bean(Subscribers.class);
		SubscriberDefinition<String> definition = SubscriberDefinition.of(this.name, "all", String.class)
			.forEachEntry((entry) -> {
			});
		assertThatIllegalStateException().isThrownBy(() -> subscribers.register(definition))
			.withMessageContaining("subscriber 'all' of stack '" + this.name + "' cannot be registered")
			.withMessageContaining("do not work for tenants");
	}

	@Test
	void stackOfEachTenantHoldsWhatItPushed() throws Exception {
		Consumer<StackSettings<String>> settings = (stack) -> stack.bounds(2, 4).archived();
		Queue<String> pushed = new ConcurrentLinkedQueue<>();
		Writers.run(WRITERS, (writer) -> {
			for (int i = 0; i < 30; i++) {
				int way = i % 5;
				String tenant = TENANTS.get((writer + i / 5) % 3);
				String item = text(tenant, writer, i);
				pushed.add(item);
				as(tenant, () -> {
					AppendStack<String> stack = structures().stack(this.name + "-" + tenant, String.class, settings);
					switch (way) {
						case 0 -> stack.push(item);
						case 1 -> inTransaction(() -> {
							memos().save(new Memo(item));
							stack.push(item);
						});
						case 2 -> inTransaction(() -> {
							stack.push(item);
							assertThat(stack.newest().orElseThrow().item()).isEqualTo(item);
						});
						case 3 -> stack.pushAll(List.of(item));
						default -> stack.pushAsync(item).join();
					}
					assertThat(stack.newest(20)).extracting(Entry::item).allMatch((one) -> one.startsWith(tenant));
				});
			}
		});
		for (String tenant : TENANTS) {
			as(tenant, () -> {
				List<String> items = items(structures().history(this.name + "-" + tenant, String.class));
				assertThat(items).containsExactlyInAnyOrderElementsOf(
						pushed.stream().filter((item) -> item.startsWith(tenant)).toList());
				assertInOrderOfEachWriter(items, tenant);
				assertThat(memos().findAll()).isNotEmpty().extracting(Memo::getTenant).containsOnly(tenant);
			});
		}
		assertThat(UserApplication.jdbc(url)
			.sql("select count(*) from memo where text like tenant || ' %'")
			.query(Long.class)
			.single()).isEqualTo(WRITERS * 6L);
	}

	@Test
	void stackThatTheyShareLosesNothing() throws Exception {
		Consumer<StackSettings<String>> settings = (stack) -> stack.bounds(3, 10).archived();
		Writers.run(WRITERS, (writer) -> {
			for (int i = 0; i < 30; i++) {
				String tenant = TENANTS.get(writer % 3);
				String item = text(tenant, writer, i);
				int way = i % 3;
				as(tenant, () -> {
					AppendStack<String> stack = structures().stack(this.name, String.class, settings);
					switch (way) {
						case 0 -> stack.push(item);
						case 1 -> inTransaction(() -> stack.push(item));
						default -> stack.pushAsync(item).join();
					}
				});
			}
		});
		as("red", () -> {
			Changes<String> all = structures().history(this.name, String.class).fromOldest(Integer.MAX_VALUE);
			assertThat(all.entries()).extracting(Entry::position)
				.containsExactlyElementsOf(
						IntStream.range(0, WRITERS * 30).mapToObj((n) -> new Position(n / 10, n % 10)).toList());
			List<String> items = all.entries().stream().map(Entry::item).toList();
			assertThat(items).doesNotHaveDuplicates();
			TENANTS.forEach((tenant) -> assertInOrderOfEachWriter(items, tenant));
		});
	}

	@Test
	void entitiesAreOnlyLoadedForTheirTenant() {
		for (String tenant : TENANTS) {
			as(tenant, () -> inTransaction(() -> {
				Memo memo = new Memo(tenant + " 1");
				memos().save(memo);
				structures().stack(this.name, Memo.class).push(memo);
			}));
		}
		for (String tenant : TENANTS) {
			as(tenant, () -> {
				AppendStack<Memo> shared = structures().stack(this.name, Memo.class);
				Changes<Memo> changes = shared.fromOldest(10);
				assertThat(changes.entries()).extracting((entry) -> entry.item().getText())
					.containsExactly(tenant + " 1");
				assertThat(changes.gone()).hasSize(2);
				assertThat(shared.newest(10)).hasSize(1);
			});
		}
	}

	@Test
	void prunerWorksForTheTenantWhosePushItFollows() {
		for (String tenant : TENANTS) {
			Consumer<StackSettings<String>> settings = (stack) -> stack.bounds(1, 1)
				.pruner((layer) -> memos().save(new Memo(layer.items().get(0))));
			as(tenant, () -> {
				AppendStack<String> stack = structures().stack(this.name + "-" + tenant, String.class, settings);
				stack.push(tenant + " 1");
				stack.push(tenant + " 2");
				inTransaction(() -> stack.push(tenant + " 3"));
				await().pollInSameThread()
					.untilAsserted(() -> assertThat(texts()).containsExactlyInAnyOrder(tenant + " 1", tenant + " 2"));
				inTransaction(() -> {
					stack.push(tenant + " 4");
					assertThat(stack.newest()).isPresent();
				});
				assertThat(texts()).containsExactlyInAnyOrder(tenant + " 1", tenant + " 2", tenant + " 3");
			});
		}
	}

	private static List<String> texts() {
		return StreamSupport.stream(memos().findAll().spliterator(), false).map(Memo::getText).toList();
	}

	@Test
	void whatIsLeftInInboxesIsPlacedForWhoeverReads() {
		List<String> pushed = new ArrayList<>();
		try (TenantApplication idle = start("appendonly.group-commit.enabled=false")) {
			AppendStack<String> stack = idle.structures().stack(this.name, String.class);
			for (String tenant : TENANTS) {
				pushed.add(tenant + " 1");
				as(tenant, () -> idle.inTransaction(() -> stack.push(tenant + " 1")));
			}
		}
		as("blue", () -> assertThat(items(structures().stack(this.name, String.class))).isEqualTo(pushed));
	}

	/**
	 * Nothing but the resolver, and a column in its entity.
	 */
	@SpringBootConfiguration
	@EnableAutoConfiguration
	@AutoConfigurationPackage(basePackageClasses = Memo.class)
	static class Application {

		@Bean
		HibernatePropertiesCustomizer tenants() {
			return (properties) -> properties.put(MultiTenancySettings.MULTI_TENANT_IDENTIFIER_RESOLVER,
					new TenantApplication.Resolver());
		}

	}

}
