package io.github.appendonly.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import javax.sql.DataSource;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Family;
import io.github.appendonly.History;
import io.github.appendonly.StackBounds;
import io.github.appendonly.autoconfigure.app.Customer;
import io.github.appendonly.autoconfigure.app.CustomerRepository;
import io.github.appendonly.autoconfigure.app.Order;
import io.github.appendonly.autoconfigure.subscriber.AppendOnlySubscriberAutoConfiguration;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.subscriber.SubscriberDefinition;
import io.github.appendonly.subscriber.Subscribers;
import io.github.appendonly.jpa.entity.EntitiesNotManagedException;
import io.github.appendonly.jpa.item.ItemCodec;
import io.github.appendonly.jpa.item.JacksonItemCodec;
import jakarta.persistence.EntityManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskExecutor;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class AppendOnlyAutoConfigurationTests {

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, HibernateJpaAutoConfiguration.class,
				JacksonAutoConfiguration.class, TransactionAutoConfiguration.class,
				DataJpaRepositoriesAutoConfiguration.class, TaskExecutionAutoConfiguration.class,
				AppendOnlyAutoConfiguration.class, AppendOnlyEntitiesAutoConfiguration.class,
				AppendOnlySchemaAutoConfiguration.class))
		.withPropertyValues("spring.datasource.generate-unique-name=true");

	private final ApplicationContextRunner runner = this.bare.withUserConfiguration(Application.class);

	@Test
	void stackBecomesABeanOfItsTypeThatWorks() {
		this.runner.withPropertyValues(stack("recent-orders", "max-layers=2", "max-length=3")).run((context) -> {
			Injected<AppendStack<Order>> injected = context.getBeanFactory().createBean(StackByType.class);
			AppendStack<Order> stack = injected.bean();
			assertThat(stack).isSameAs(context.getBean("recentOrders"));
			assertThat(stack.bounds()).isEqualTo(new StackBounds(2, 3));
			stack.push(new Order("1"));
			assertThat(stack.newest().orElseThrow().item()).isEqualTo(new Order("1"));
			assertThat(context).doesNotHaveBean(Archive.class).doesNotHaveBean(History.class);
		});
	}

	@Test
	void boundsAreTheDefaultsUnlessSaid() {
		this.runner.withPropertyValues(stack("orders"))
			.run((context) -> assertThat(((AppendStack<?>) context.getBean("orders")).bounds())
				.isEqualTo(StackBounds.DEFAULT));
	}

	@Test
	void stacksAndFamiliesKeepLayersForTheirSubscribers() {
		this.runner.withConfiguration(AutoConfigurations.of(AppendOnlySubscriberAutoConfiguration.class))
			.withPropertyValues(stack("orders", "max-layers=1", "max-length=1", "keep-for-subscribers=2"))
			.withPropertyValues("appendonly.families.feed.type=" + Order.class.getName(),
					"appendonly.families.feed.max-layers=1", "appendonly.families.feed.max-length=1",
					"appendonly.families.feed.keep-for-subscribers=2")
			.run((context) -> {
				Subscribers subscribers = context.getBean(Subscribers.class);
				for (String name : List.of("orders", "feed-1")) {
					String id = "slow-" + name;
					subscribers.register(SubscriberDefinition.of(name, id, Order.class).forEachEntry((entry) -> {
					}));
					subscribers.awaitCaughtUp(id, DatabaseTests.WAIT);
					subscribers.pause(id);
					AppendStack<Order> stack = context.getBean(AppendOnlyStructures.class).stack(name, Order.class);
					List.of("1", "2", "3", "4").forEach((number) -> stack.push(new Order(number)));
					assertThat(stack.size()).as(name).isEqualTo(3);
				}
			});
	}

	@Test
	void archivedStackHasAnArchiveAndAHistory() {
		this.runner.withPropertyValues(stack("recent-orders", "max-layers=1", "max-length=1", "archive=true"))
			.run((context) -> {
				AppendStack<Order> stack = context.getBeanFactory().createBean(StackByType.class).bean();
				stack.push(new Order("1"));
				stack.push(new Order("2"));
				assertThat(
						context.getBeanFactory().createBean(ArchiveByType.class).bean().newest().orElseThrow().item())
					.isEqualTo(new Order("1"));
				assertThat(context.getBeanFactory().createBean(HistoryByType.class).bean().size()).isEqualTo(2);
				assertThat(context).hasBean("recentOrdersArchive").hasBean("recentOrdersHistory");
			});
	}

	@Test
	void familyBecomesABeanOfItsTypeThatWorks() {
		this.runner.withPropertyValues("appendonly.families.team-feed.type=" + Order.class.getName(),
				"appendonly.families.teamFeed.max-layers=1", "appendonly.families.team_feed.max-length=1",
				"appendonly.families.team-feed.archive=true", "appendonly.families.audit.type=" + Order.class.getName(),
				"appendonly.families.audit.prefix=trail/")
			.run((context) -> {
				FamiliesByName families = context.getBeanFactory().createBean(FamiliesByName.class);
				assertThat(families.teamFeed).isSameAs(context.getBean("teamFeed"));
				assertThat(families.teamFeed.prefix()).isEqualTo("team-feed-");
				assertThat(families.trail).isSameAs(context.getBean("audit"));
				assertThat(families.trail.prefix()).isEqualTo("trail/");
				List.of("1", "2", "3").forEach((id) -> families.teamFeed.stack("a").push(new Order(id)));
				assertThat(families.teamFeed.stack("a").size()).isOne();
				assertThat(families.teamFeed.archive("a").size()).isEqualTo(2);
				assertThat(families.trail.stack("a").bounds()).isEqualTo(StackBounds.DEFAULT);
				assertThat(families.teamFeed.members("", 9)).containsExactly("a");
			});
	}

	@Test
	void settingsInThePropertiesApplyToEveryHandleFromTheStart() {
		this.runner.withBean(EarlyPusher.class)
			.withPropertyValues(stack("orders", "max-layers=1", "max-length=1", "archive=true"))
			.withPropertyValues("appendonly.families.feed.type=" + Order.class.getName(),
					"appendonly.families.feed.max-layers=1", "appendonly.families.feed.max-length=1",
					"appendonly.families.feed.archive=true")
			.run((context) -> {
				AppendOnlyStructures structures = context.getBean(AppendOnlyStructures.class);
				for (String name : EarlyPusher.STACKS) {
					assertThat(structures.stack(name, Order.class).size()).isOne();
					assertThat(structures.history(name, Order.class).size()).isEqualTo(3);
				}
			});
	}

	@Test
	void accumulatorBecomesABeanOfItsTypeThatWorks() {
		this.runner.withPropertyValues("appendonly.accumulators.paid-orders.type=" + Order.class.getName())
			.run((context) -> {
				Accumulator<Order> accumulator = context.getBeanFactory().createBean(AccumulatorByType.class).bean();
				assertThat(accumulator).isSameAs(context.getBean("paidOrders"));
				accumulator.append(new Order("1"));
				assertThat(context.getBean(AppendOnlyStructures.class).accumulator("paid-orders", Order.class))
					.containsExactly(new Order("1"));
			});
	}

	@Test
	void keysAreRememberedAsLongAsThePropertiesSay() {
		this.runner.withPropertyValues(stack("orders", "key-retention=2h"))
			.withPropertyValues("appendonly.accumulators.mails.type=" + Order.class.getName(),
					"appendonly.accumulators.mails.key-retention=3h")
			.run((context) -> {
				context.getBeanFactory().createBean(StackByType.class).bean().push(new Order("1"), "key");
				context.getBeanFactory().createBean(AccumulatorByType.class).bean().append(new Order("1"), "key");
				assertThat(JdbcClient.create(context.getBean(DataSource.class))
					.sql("select name || ' ' || datediff('MINUTE', pushed_at, expires_at) from appendonly_key order by 1")
					.query(String.class)
					.list()).containsExactly("mails 180", "orders 120");
			});
	}

	@Test
	void stacksOfOneTypeAreToldApartByTheParametersName() {
		this.runner.withPropertyValues(stack("recent-orders"))
			.withPropertyValues(stack("old_orders"))
			.run((context) -> {
				StacksByName stacks = context.getBeanFactory().createBean(StacksByName.class);
				assertThat(stacks.recentOrders).isSameAs(context.getBean("recentOrders"));
				assertThat(stacks.oldOrders).isSameAs(context.getBean("oldOrders"));
			});
	}

	@Test
	void codecUsesTheApplicationsMapper() {
		this.runner.run((context) -> assertThat(context).getBean(ItemCodec.class).isInstanceOf(JacksonItemCodec.class));
		JsonMapper own = JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE).build();
		this.runner.withBean("ownMapper", JsonMapper.class, () -> own)
			.run((context) -> assertThat(context.getBean(ItemCodec.class).write(new Order("7"), Order.class))
				.isEqualTo("{\"Number\":\"7\"}"));
	}

	@Test
	void severalMappersOfWhichNoneIsPrimaryFail() {
		this.runner.withBean("one", JsonMapper.class, JsonMapper::new)
			.withBean("two", JsonMapper.class, JsonMapper::new)
			.run((context) -> assertThat(context.getStartupFailure())
				.hasRootCauseInstanceOf(NoUniqueBeanDefinitionException.class));
	}

	@Test
	void codecOfTheApplicationReplacesOurs() {
		ItemCodec own = new JacksonItemCodec(JsonMapper.shared());
		this.runner.withBean(ItemCodec.class, () -> own)
			.run((context) -> assertThat(context).getBean(ItemCodec.class).isSameAs(own));
	}

	@Test
	void withoutAnEntityManagerFactoryThereIsNothing() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AppendOnlyAutoConfiguration.class,
					AppendOnlyEntitiesAutoConfiguration.class, AppendOnlySchemaAutoConfiguration.class))
			.withPropertyValues(stack("orders"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(AppendOnlyStructures.class));
	}

	@Test
	void applicationsTaskExecutorRepositoriesAndEntitiesStay() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(TaskExecutor.class);
			context.getBean(CustomerRepository.class).save(new Customer("Ada"));
			assertThat(context.getBean(CustomerRepository.class).count()).isEqualTo(1);
			assertThat(context.getBean(EntityManagerFactory.class).getMetamodel().getEntities())
				.extracting((entity) -> entity.getName())
				.contains("Customer", "AppendOnlyStack", "AppendOnlySlice", "AppendOnlyInbox", "AppendOnlyAccumulator",
						"AppendOnlyArchivedLayer");
		});
	}

	@Test
	void entityManagerFactoryMadeByHandWithoutTheEntitiesFailsWithAnAnalysis() {
		this.bare.withUserConfiguration(HandMade.class).run((context) -> {
			EntitiesNotManagedException failure = failure(context.getStartupFailure(),
					EntitiesNotManagedException.class);
			assertThat(action(new EntitiesNotManagedFailureAnalyzer(), failure))
				.contains("setPersistenceUnitPostProcessors(new io.github.appendonly.jpa.entity.AppendOnlyEntities())");
		});
	}

	@Test
	void missingTablesFailWhereTheyAreValidated() {
		this.runner
			.withPropertyValues("appendonly.jdbc.initialize-schema=never", "spring.jpa.hibernate.ddl-auto=validate")
			.run((context) -> assertThat(context.getStartupFailure())
				.hasStackTraceContaining("missing table [appendonly_"));
	}

	private static String[] stack(String name, String... properties) {
		String prefix = "appendonly.stacks." + name + ".";
		String[] all = new String[properties.length + 1];
		all[0] = prefix + "type=" + Order.class.getName();
		for (int i = 0; i < properties.length; i++) {
			all[i + 1] = prefix + properties[i];
		}
		return all;
	}

	private static <E extends Throwable> E failure(@Nullable Throwable startupFailure, Class<E> type) {
		for (Throwable failure = startupFailure; failure != null; failure = failure.getCause()) {
			if (type.isInstance(failure)) {
				return type.cast(failure);
			}
		}
		throw new AssertionError("Started, or failed otherwise", startupFailure);
	}

	private static @Nullable String action(FailureAnalyzer analyzer, Throwable failure) {
		return Objects.requireNonNull(analyzer.analyze(failure)).getAction();
	}

	interface Injected<B> {

		B bean();

	}

	record StackByType(AppendStack<Order> bean) implements Injected<AppendStack<Order>> {
	}

	record ArchiveByType(Archive<Order> bean) implements Injected<Archive<Order>> {
	}

	record HistoryByType(History<Order> bean) implements Injected<History<Order>> {
	}

	record AccumulatorByType(Accumulator<Order> bean) implements Injected<Accumulator<Order>> {
	}

	/**
	 * Pushes before there are beans of the stacks, and without their settings.
	 */
	static class EarlyPusher {

		static final List<String> STACKS = List.of("orders", "feed-1");

		EarlyPusher(AppendOnlyStructures structures, ListableBeanFactory beans) {
			assertThat(((ConfigurableListableBeanFactory) beans).containsSingleton("orders")).isFalse();
			for (String stack : STACKS) {
				List.of("1", "2", "3").forEach((id) -> structures.stack(stack, Order.class).push(new Order(id)));
			}
		}

	}

	record FamiliesByName(Family<Order> teamFeed, @Qualifier("audit") Family<Order> trail) {
	}

	record StacksByName(AppendStack<Order> recentOrders, AppendStack<Order> oldOrders) {
	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage(basePackageClasses = Order.class)
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage(basePackageClasses = Order.class)
	static class HandMade {

		@Bean
		LocalContainerEntityManagerFactoryBean entityManagerFactory(javax.sql.DataSource dataSource) {
			LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
			factory.setDataSource(dataSource);
			factory.setPackagesToScan(Customer.class.getPackageName());
			factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
			factory.setJpaPropertyMap(Map.of("hibernate.hbm2ddl.auto", "none"));
			return factory;
		}

	}

}
