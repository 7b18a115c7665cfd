package io.github.appendonly.autoconfigure.actuate;

import io.github.appendonly.AppendStack;
import io.github.appendonly.actuate.recording.BackgroundWriter;
import io.github.appendonly.actuate.recording.BackgroundWriterMetrics;
import io.github.appendonly.actuate.recording.StackAuditEventRepository;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;

/**
 * A repository of audit events on a stack.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AppendOnlyAuditEventsProperties.class)
class StackAuditEventsConfiguration {

	@Bean
	StackAuditEventRepository appendOnlyAuditEventRepository(AppendOnlyStructures structures,
			AppendOnlyAuditEventsProperties properties) {
		AppendStack<JsonNode> kept = structures.stack(properties.stack(), JsonNode.class,
				(stack) -> stack.bounds(properties.maxLayers(), properties.maxLength()).archived(properties.archive()));
		return new StackAuditEventRepository(kept, properties.queueCapacity());
	}

	@Bean
	BackgroundWriter<?> appendOnlyAuditEventHandOver(StackAuditEventRepository repository) {
		return repository.handOver();
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterBinder.class)
	static class Metrics {

		@Bean
		BackgroundWriterMetrics appendOnlyAuditEventMetrics(StackAuditEventRepository repository) {
			return new BackgroundWriterMetrics("appendonly.audit-events.dropped", repository.handOver());
		}

	}

}
