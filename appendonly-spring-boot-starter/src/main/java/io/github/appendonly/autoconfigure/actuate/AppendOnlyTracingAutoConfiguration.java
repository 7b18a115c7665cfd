package io.github.appendonly.autoconfigure.actuate;

import io.github.appendonly.actuate.BatchTracingHandler;
import io.github.appendonly.autoconfigure.AppendOnlyAutoConfiguration;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import io.micrometer.tracing.Tracer;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;

/**
 * {@link AutoConfiguration Auto-configuration} that links the spans of batches to the
 * spans in which their items were pushed.
 */
@AutoConfiguration(after = AppendOnlyAutoConfiguration.class, afterName = {
		"org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration",
		"org.springframework.boot.micrometer.tracing.autoconfigure.NoopTracerAutoConfiguration",
		"org.springframework.boot.micrometer.tracing.brave.autoconfigure.BraveAutoConfiguration",
		"org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration" })
@ConditionalOnClass(Tracer.class)
@ConditionalOnBean({ JpaAppendOnlyStructures.class, Tracer.class })
public final class AppendOnlyTracingAutoConfiguration {

	/** Before Spring Boot's own handlers: the first one that supports a context wins. */
	private static final int ORDER = 0;

	@Bean
	@Order(ORDER)
	BatchTracingHandler appendOnlyBatchTracingHandler(Tracer tracer) {
		return new BatchTracingHandler(tracer);
	}

}
