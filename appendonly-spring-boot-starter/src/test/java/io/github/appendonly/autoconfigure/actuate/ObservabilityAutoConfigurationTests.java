package io.github.appendonly.autoconfigure.actuate;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.github.appendonly.actuate.AccumulatorMetrics;
import io.github.appendonly.actuate.AppendOnlyEndpoint;
import io.github.appendonly.actuate.AppendOnlyHealthIndicator;
import io.github.appendonly.actuate.BatchTracingHandler;
import io.github.appendonly.actuate.InboxDepthMetrics;
import io.github.appendonly.actuate.SequencerMetrics;
import io.github.appendonly.actuate.SequencerObservations;
import io.github.appendonly.actuate.SubscriberHealthIndicator;
import io.github.appendonly.actuate.SubscriberMetrics;
import io.github.appendonly.actuate.SubscriberObservations;
import io.github.appendonly.autoconfigure.AppendOnlyAutoConfiguration;
import io.github.appendonly.autoconfigure.AppendOnlyEntitiesAutoConfiguration;
import io.github.appendonly.autoconfigure.AppendOnlyProperties;
import io.github.appendonly.autoconfigure.AppendOnlySchemaAutoConfiguration;
import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.autoconfigure.subscriber.AppendOnlySubscriberAutoConfiguration;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.subscriber.JpaSubscribers;
import io.github.appendonly.subscriber.RecordedSubscribers;
import io.github.appendonly.subscriber.Subscribers;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

class ObservabilityAutoConfigurationTests {

	private static final Class<?>[] ALL = { SequencerMetrics.class, AccumulatorMetrics.class, InboxDepthMetrics.class,
			SequencerObservations.class, BatchTracingHandler.class, AppendOnlyEndpoint.class,
			AppendOnlyHealthIndicator.class, SubscriberMetrics.class, SubscriberObservations.class,
			SubscriberHealthIndicator.class };

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, HibernateJpaAutoConfiguration.class,
				JacksonAutoConfiguration.class, TransactionAutoConfiguration.class, AppendOnlyAutoConfiguration.class,
				AppendOnlyEntitiesAutoConfiguration.class, AppendOnlySchemaAutoConfiguration.class,
				AppendOnlyMetricsAutoConfiguration.class, AppendOnlyObservationAutoConfiguration.class,
				AppendOnlyTracingAutoConfiguration.class, AppendOnlyEndpointAutoConfiguration.class,
				AppendOnlyHealthAutoConfiguration.class, AppendOnlySubscriberAutoConfiguration.class,
				AppendOnlySubscriberHealthAutoConfiguration.class))
		.withUserConfiguration(Application.class)
		.withPropertyValues("spring.datasource.generate-unique-name=true");

	private final ApplicationContextRunner runner = this.bare.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
		.withBean(ObservationRegistry.class, ObservationRegistry::create)
		.withBean(Tracer.class, () -> mock(Tracer.class))
		.withPropertyValues("management.endpoints.web.exposure.include=appendonly");

	@Test
	void allIsThereWhereItsLibrariesAre() {
		this.runner.run((context) -> {
			for (Class<?> type : ALL) {
				assertThat(context).hasSingleBean(type);
			}
			assertThat(context).hasBean("appendonlyHealthIndicator").hasBean("appendonlySubscribersHealthIndicator");
		});
	}

	@Test
	void nothingIsThereWithoutStructures() {
		this.runner.withBean(AppendOnlyStructures.class, () -> mock(AppendOnlyStructures.class)).run((context) -> {
			for (Class<?> type : ALL) {
				assertThat(context).doesNotHaveBean(type);
			}
		});
	}

	@Test
	void nothingIsMeasuredOrObservedWithoutRegistriesAndATracer() {
		this.bare.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(SequencerMetrics.class)
			.doesNotHaveBean(AccumulatorMetrics.class)
			.doesNotHaveBean(InboxDepthMetrics.class)
			.doesNotHaveBean(SequencerObservations.class)
			.doesNotHaveBean(BatchTracingHandler.class)
			.hasSingleBean(AppendOnlyHealthIndicator.class));
	}

	@Test
	void endpointIsNotExposedUnlessSaid() {
		this.bare.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(AppendOnlyEndpoint.class));
		this.runner.withPropertyValues("management.endpoint.appendonly.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(AppendOnlyEndpoint.class));
	}

	@Test
	void healthMayBeSwitchedOffOrReplaced() {
		this.runner.withPropertyValues("management.health.appendonly.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(AppendOnlyHealthIndicator.class));
		this.runner.withBean("appendonlyHealthIndicator", HealthIndicator.class, () -> () -> Health.up().build())
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(AppendOnlyHealthIndicator.class));
	}

	@Test
	void healthOfSubscribersMayBeSwitchedOffOrReplaced() {
		this.runner.withPropertyValues("management.health.appendonly-subscribers.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(SubscriberHealthIndicator.class)
				.hasSingleBean(AppendOnlyHealthIndicator.class));
		this.runner
			.withBean("appendonlySubscribersHealthIndicator", HealthIndicator.class, () -> () -> Health.up().build())
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SubscriberHealthIndicator.class));
	}

	@Test
	void subscribersOfTheApplicationReplaceOurs() {
		this.runner.withBean(Subscribers.class, RecordedSubscribers::new)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(JpaSubscribers.class)
				.hasSingleBean(AppendOnlyEndpoint.class)
				.hasSingleBean(SubscriberHealthIndicator.class));
	}

	@Test
	void applicationWithoutMicrometerHasNoMeters() {
		this.bare.withClassLoader(new FilteredClassLoader("io.micrometer.core", "io.micrometer.tracing"))
			.withPropertyValues("management.endpoints.web.exposure.include=appendonly")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("appendOnlySequencerMetrics")
				.doesNotHaveBean("appendOnlyBatchTracingHandler")
				.hasSingleBean(AppendOnlyEndpoint.class));
	}

	@Test
	void applicationWithoutTracingIsObservedAllTheSame() {
		this.bare.withBean(ObservationRegistry.class, ObservationRegistry::create)
			.withClassLoader(new FilteredClassLoader("io.micrometer.tracing"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(SequencerObservations.class)
				.doesNotHaveBean("appendOnlyBatchTracingHandler"));
	}

	@Test
	void applicationWithoutActuatorHasNeitherEndpointNorHealth() {
		this.runner
			.withClassLoader(new FilteredClassLoader(ConditionalOnAvailableEndpoint.class,
					ConditionalOnEnabledHealthIndicator.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("appendOnlyEndpoint")
				.doesNotHaveBean("appendonlyHealthIndicator")
				.hasSingleBean(SequencerMetrics.class));
	}

	@Test
	void stacksOfThePropertiesAndThoseNamedForMetersAreToldApart() {
		this.runner
			.withPropertyValues("appendonly.stacks.news.type=java.lang.String", "appendonly.metrics.stacks=audit,log")
			.run((context) -> {
				assertThat(context.getBean(AppendOnlyProperties.class).namedStacks(context.getEnvironment()))
					.containsExactly("audit", "log", "news");
				context.getBean(AppendOnlyStructures.class).stack("log", String.class).push("1");
				context.getBean(AppendOnlyStructures.class).stack("user-1", String.class).push("1");
				assertThat(context.getBean(MeterRegistry.class).get("appendonly.push").timers())
					.extracting((timer) -> timer.getId().getTag("stack"))
					.containsExactlyInAnyOrder("log", "other");
			});
	}

	@Test
	void membersOfAFamilyShareMeters() {
		this.runner
			.withPropertyValues("appendonly.families.feed.type=java.lang.String",
					"appendonly.stacks.feed-all.type=java.lang.String")
			.run((context) -> {
				AppendOnlyStructures structures = context.getBean(AppendOnlyStructures.class);
				List.of("feed-1", "feed-2", "feed-all", "user-1", "feed-1.hooks.parked")
					.forEach((name) -> structures.stack(name, String.class).push("1"));
				structures.family("team/", String.class).stack("1").push("1");
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				assertThat(registry.get("appendonly.push")
					.timers()
					.stream()
					.collect(Collectors.toMap((timer) -> timer.getId().getTag("stack"), Timer::count)))
					.isEqualTo(Map.of("feed-*", 2L, "feed-all", 1L, "other", 2L, "team/*", 1L));
				context.getBean(InboxDepthMetrics.class).bindTo(registry);
				assertThat(registry.get("appendonly.inbox").gauges())
					.extracting((gauge) -> gauge.getId().getTag("stack"))
					.containsExactlyInAnyOrder("feed-*", "feed-all");
				JdbcClient.create(context.getBean(DataSource.class))
					.sql("insert into appendonly_inbox (name, length, items) values ('feed-3', 2, '[1,2]'), ('feed', 1, '[1]')")
					.update();
				assertThat(registry.get("appendonly.inbox").tag("stack", "feed-*").gauge().value()).isEqualTo(2);
			});
	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage(basePackageClasses = EmptyApplication.class)
	static class Application {

	}

}
