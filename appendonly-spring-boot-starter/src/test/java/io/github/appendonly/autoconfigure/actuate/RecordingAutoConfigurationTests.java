package io.github.appendonly.autoconfigure.actuate;

import io.github.appendonly.actuate.recording.BackgroundWriter;
import io.github.appendonly.actuate.recording.BackgroundWriterMetrics;
import io.github.appendonly.actuate.recording.StackAuditEventRepository;
import io.github.appendonly.actuate.recording.StackHttpExchangeRepository;
import io.github.appendonly.autoconfigure.AppendOnlyAutoConfiguration;
import io.github.appendonly.autoconfigure.AppendOnlyEntitiesAutoConfiguration;
import io.github.appendonly.autoconfigure.AppendOnlyLifecycle;
import io.github.appendonly.autoconfigure.AppendOnlySchemaAutoConfiguration;
import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.annotation.ReflectiveRuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.AuditEventsEndpoint;
import org.springframework.boot.actuate.audit.InMemoryAuditEventRepository;
import org.springframework.boot.actuate.audit.listener.AbstractAuditListener;
import org.springframework.boot.actuate.audit.listener.AuditListener;
import org.springframework.boot.actuate.autoconfigure.audit.AuditAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.audit.AuditEventsEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.exchanges.HttpExchangesEndpointAutoConfiguration;
import org.springframework.boot.actuate.web.exchanges.HttpExchangeRepository;
import org.springframework.boot.actuate.web.exchanges.HttpExchangesEndpoint;
import org.springframework.boot.actuate.web.exchanges.InMemoryHttpExchangeRepository;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.servlet.actuate.web.exchanges.HttpExchangesFilter;
import org.springframework.boot.servlet.autoconfigure.actuate.web.exchanges.ServletHttpExchangesAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

class RecordingAutoConfigurationTests {

	private final WebApplicationContextRunner own = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, HibernateJpaAutoConfiguration.class,
				JacksonAutoConfiguration.class, TransactionAutoConfiguration.class, AppendOnlyAutoConfiguration.class,
				AppendOnlyEntitiesAutoConfiguration.class, AppendOnlySchemaAutoConfiguration.class,
				AppendOnlyAuditEventsAutoConfiguration.class, AppendOnlyPlainAuditEventsAutoConfiguration.class,
				AppendOnlyHttpExchangesAutoConfiguration.class))
		.withUserConfiguration(Application.class)
		.withPropertyValues("spring.datasource.generate-unique-name=true",
				"management.endpoints.web.exposure.include=*");

	private final WebApplicationContextRunner bare = this.own.withConfiguration(
			AutoConfigurations.of(AuditAutoConfiguration.class, AuditEventsEndpointAutoConfiguration.class,
					HttpExchangesEndpointAutoConfiguration.class, ServletHttpExchangesAutoConfiguration.class));

	private final WebApplicationContextRunner runner = this.bare
		.withPropertyValues("appendonly.audit-events.enabled=true", "appendonly.http-exchanges.enabled=true");

	@Test
	void nothingIsThereUnlessEnabled() {
		this.bare.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(AuditEventRepository.class)
			.doesNotHaveBean(HttpExchangeRepository.class)
			.doesNotHaveBean(BackgroundWriter.class)
			.doesNotHaveBean(BackgroundWriterMetrics.class));
	}

	@Test
	void bootTakesTheRepositoriesForItsListenersFiltersAndEndpoints() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(StackAuditEventRepository.class)
				.hasSingleBean(StackHttpExchangeRepository.class)
				.hasSingleBean(AuditListener.class)
				.hasSingleBean(AuditEventsEndpoint.class)
				.hasSingleBean(HttpExchangesFilter.class)
				.hasSingleBean(HttpExchangesEndpoint.class);
			assertThat(context.getBeansOfType(BackgroundWriter.class).values()).hasSize(2)
				.allMatch(SmartLifecycle::isRunning);
			assertThat(context).hasSingleBean(BackgroundWriterMetrics.class);
		});
	}

	@Test
	void applicationsOwnRepositoriesStay() {
		this.own.withPropertyValues("appendonly.audit-events.enabled=true", "appendonly.http-exchanges.enabled=true")
			.withBean(InMemoryAuditEventRepository.class)
			.withBean(InMemoryHttpExchangeRepository.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(AuditEventRepository.class)
				.hasSingleBean(HttpExchangeRepository.class)
				.doesNotHaveBean(BackgroundWriter.class));
	}

	@Test
	void applicationsOwnListenerStays() {
		this.runner.withBean(OwnListener.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(StackAuditEventRepository.class)
				.hasSingleBean(AbstractAuditListener.class));
	}

	@Test
	void listenerMayBeSwitchedOff() {
		this.runner.withPropertyValues("management.auditevents.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(StackAuditEventRepository.class)
				.doesNotHaveBean(AuditListener.class));
	}

	@Test
	void applicationWithoutStructuresIsLeftAlone() {
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AppendOnlyAutoConfiguration.class,
					AppendOnlyPlainAuditEventsAutoConfiguration.class, AppendOnlyHttpExchangesAutoConfiguration.class))
			.withPropertyValues("appendonly.audit-events.enabled=true", "appendonly.http-exchanges.enabled=true")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(BackgroundWriter.class));
	}

	@Test
	void applicationWithoutActuatorIsLeftAlone() {
		this.own.withPropertyValues("appendonly.audit-events.enabled=true", "appendonly.http-exchanges.enabled=true")
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(AppendOnlyStructures.class)
				.doesNotHaveBean(BackgroundWriter.class));
	}

	@Test
	void applicationWithoutMicrometerHasNoMeters() {
		this.runner.withClassLoader(new FilteredClassLoader(MeterBinder.class.getPackageName()))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(StackAuditEventRepository.class)
				.hasSingleBean(StackHttpExchangeRepository.class)
				.doesNotHaveBean("appendOnlyRecordingMetrics"));
	}

	@Test
	void lazyInitializationStartsTheWritersAllTheSame() {
		this.runner.withInitializer((context) -> context.addBeanFactoryPostProcessor((beans) -> {
			for (String name : beans.getBeanDefinitionNames()) {
				beans.getBeanDefinition(name).setLazyInit(true);
			}
		}))
			.run((context) -> assertThat(context.getBeansOfType(BackgroundWriter.class).values()).hasSize(2)
				.allMatch(SmartLifecycle::isRunning));
	}

	@Test
	void writersEndAfterTheWebServerAndBeforeTheSequencer() {
		this.runner.run((context) -> assertThat(context.getBeansOfType(BackgroundWriter.class).values()).hasSize(2)
			.allSatisfy((writer) -> assertThat(writer.getPhase())
				.isLessThan(WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE)
				.isGreaterThan(context.getBean(AppendOnlyLifecycle.class).getPhase())));
	}

	@Test
	void itemsCanBeBoundInANativeImage() {
		RuntimeHints hints = new RuntimeHints();
		new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(hints, StackAuditEventRepository.class,
				StackHttpExchangeRepository.class);
		for (String type : new String[] { "StoredAuditEvent", "StoredHttpExchange", "StoredHttpExchange$Request",
				"StoredHttpExchange$Response" }) {
			assertThat(RuntimeHintsPredicates.reflection()
				.onType(TypeReference.of("io.github.appendonly.actuate.recording." + type))
				.withMemberCategory(MemberCategory.INVOKE_DECLARED_CONSTRUCTORS)).accepts(hints);
		}
	}

	static final class OwnListener extends AbstractAuditListener {

		@Override
		protected void onAuditEvent(AuditEvent event) {
			// Nothing to do
		}

	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage(basePackageClasses = EmptyApplication.class)
	static class Application {

	}

}
