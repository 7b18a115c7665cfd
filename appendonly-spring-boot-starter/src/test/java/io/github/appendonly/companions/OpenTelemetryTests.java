package io.github.appendonly.companions;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.github.appendonly.AppendStack;
import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.TestDatabase;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application with Boot's starter for OpenTelemetry, whose spans are kept in memory.
 */
@Tag("companions")
@ParameterizedClass
@EnumSource(TestDatabase.class)
class OpenTelemetryTests {

	private static final AttributeKey<String> STACK = AttributeKey.stringKey("appendonly.stack");

	private static final AttributeKey<String> ITEMS = AttributeKey.stringKey("appendonly.items");

	private final ConfigurableApplicationContext context;

	private final List<String> callers = new ArrayList<>();

	OpenTelemetryTests(TestDatabase database) {
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties(database.create().properties())
			.properties("appendonly.jdbc.initialize-schema=always", "spring.flyway.enabled=false",
					"spring.jpa.hibernate.ddl-auto=none", "management.tracing.sampling.probability=1",
					"management.otlp.metrics.export.enabled=false")
			.run();
	}

	@AfterEach
	void close() {
		this.context.close();
	}

	private AppendStack<String> news() {
		return this.context.getBean(AppendOnlyStructures.class).stack("news", String.class);
	}

	/**
	 * Runs in a span of its own, which is there again after each push.
	 */
	private <R> R observed(Supplier<R> work) {
		Observation caller = Observation.start("caller", this.context.getBean(ObservationRegistry.class));
		try (Observation.Scope scope = caller.openScope()) {
			assertThat(scope.isNoop()).isFalse();
			String span = currentSpan();
			this.callers.add(span);
			R result = work.get();
			assertThat(currentSpan()).isEqualTo(span);
			return result;
		}
		finally {
			caller.stop();
		}
	}

	private String currentSpan() {
		return Objects.requireNonNull(this.context.getBean(Tracer.class).currentSpan()).context().spanId();
	}

	private List<SpanData> batches() {
		return this.context.getBean(InMemorySpanExporter.class)
			.getFinishedSpanItems()
			.stream()
			.filter((span) -> "news".equals(span.getAttributes().get(STACK)))
			.toList();
	}

	private List<String> linked() {
		return batches().stream()
			.flatMap((batch) -> batch.getLinks().stream())
			.map((link) -> link.getSpanContext().getSpanId())
			.toList();
	}

	@Test
	void batchBeginsATraceAndIsLinkedToThePush() {
		observed(() -> {
			news().push("1");
			return true;
		});
		assertThat(batches()).singleElement().satisfies((batch) -> {
			assertThat(batch.getName()).isEqualTo("appendonly batch");
			assertThat(batch.getParentSpanContext().isValid()).isFalse();
			assertThat(batch.getAttributes().get(ITEMS)).isEqualTo("1");
			assertThat(batch.getLinks()).singleElement()
				.satisfies((link) -> assertThat(link.getSpanContext().isSampled()).isTrue());
		});
		assertThat(linked()).isEqualTo(this.callers);
	}

	@Test
	void batchesOnOurThreadsAreLinkedToAllWhosePushesTheyHold() {
		List<CompletableFuture<?>> pushes = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			String item = "" + i;
			pushes.add(observed(() -> news().pushAsync(item)));
		}
		assertThat(pushes).allSatisfy(CompletableFuture::join);
		await().untilAsserted(() -> assertThat(linked()).containsExactlyInAnyOrderElementsOf(this.callers));
		assertThat(batches()).allSatisfy((batch) -> assertThat(batch.getParentSpanContext().isValid()).isFalse());
	}

	@Test
	void batchThatPlacesWhatATransactionPushedIsLinkedToIt() {
		TransactionTemplate transaction = new TransactionTemplate(
				this.context.getBean(PlatformTransactionManager.class));
		for (int i = 0; i < 2; i++) {
			observed(() -> {
				transaction.executeWithoutResult((status) -> news().push("1"));
				return true;
			});
		}
		await().untilAsserted(() -> assertThat(linked()).containsExactlyInAnyOrderElementsOf(this.callers));
	}

	@Configuration(proxyBeanMethods = false)
	@Import(EmptyApplication.class)
	static class Application {

		@Bean
		InMemorySpanExporter spans() {
			return InMemorySpanExporter.create();
		}

		/** Boot's own exports them some time later. */
		@Bean
		SpanProcessor spansAtOnce(InMemorySpanExporter spans) {
			return SimpleSpanProcessor.create(spans);
		}

	}

}
