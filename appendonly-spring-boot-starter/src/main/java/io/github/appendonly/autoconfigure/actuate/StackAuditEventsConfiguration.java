package io.github.appendonly.autoconfigure.actuate;

import io.github.appendonly.actuate.recording.BackgroundWriter;
import io.github.appendonly.actuate.recording.StackAuditEventRepository;
import io.github.appendonly.jpa.AppendOnlyStructures;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The repository of audit events on a stack, with or without Spring Security.
 */
@Configuration(proxyBeanMethods = false)
@Import(RecordingMetricsConfiguration.class)
@EnableConfigurationProperties(AppendOnlyAuditEventsProperties.class)
class StackAuditEventsConfiguration {

	@Bean
	StackAuditEventRepository appendOnlyAuditEventRepository(AppendOnlyStructures structures,
			AppendOnlyAuditEventsProperties properties) {
		return properties.durable() ? StackAuditEventRepository.durable(properties.stackOf(structures))
				: new StackAuditEventRepository(properties.stackOf(structures), properties.queueCapacity());
	}

	@Bean
	@ConditionalOnBooleanProperty(name = "appendonly.audit-events.durable", havingValue = false, matchIfMissing = true)
	BackgroundWriter<?> appendOnlyAuditEventWriter(StackAuditEventRepository repository) {
		return repository.writer();
	}

}
