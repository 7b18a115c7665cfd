package io.github.appendonly.autoconfigure;

import io.github.appendonly.AppendStack;
import io.github.appendonly.StackBounds;
import io.github.appendonly.actuate.HandOver;
import io.github.appendonly.actuate.HandOverMetrics;
import io.github.appendonly.actuate.StackAuditEventRepository;
import io.github.appendonly.jpa.AppendOnly;
import io.github.appendonly.jpa.StackSettings;
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
	StackAuditEventRepository appendOnlyAuditEventRepository(AppendOnly structures,
			AppendOnlyAuditEventsProperties properties) {
		StackBounds bounds = new StackBounds(properties.maxLayers(), properties.maxLength());
		AppendStack<JsonNode> stack = structures.stack(properties.stack(), JsonNode.class,
				StackSettings.<JsonNode>unchanged().withBounds(bounds).withArchive(properties.archive()));
		return new StackAuditEventRepository(stack, properties.queueCapacity());
	}

	@Bean
	HandOver<?> appendOnlyAuditEventHandOver(StackAuditEventRepository repository) {
		return repository.handOver();
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterBinder.class)
	static class Metrics {

		@Bean
		HandOverMetrics appendOnlyAuditEventMetrics(StackAuditEventRepository repository) {
			return new HandOverMetrics("appendonly.audit-events.dropped", repository.handOver());
		}

	}

}
