package io.github.appendonly.autoconfigure;

import io.github.appendonly.actuate.InboxDepthMetrics;
import io.github.appendonly.actuate.SequencerMetrics;
import io.github.appendonly.actuate.StackTags;
import io.github.appendonly.jpa.JpaAppendOnly;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for meters of the structures.
 */
@AutoConfiguration(after = AppendOnlyAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ JpaAppendOnly.class, MeterRegistry.class })
public final class AppendOnlyMetricsAutoConfiguration {

	@Bean
	SequencerMetrics appendOnlySequencerMetrics(MeterRegistry registry, AppendOnlyProperties properties) {
		return new SequencerMetrics(registry, new StackTags(properties.namedStacks()));
	}

	@Bean
	InboxDepthMetrics appendOnlyInboxDepthMetrics(JpaAppendOnly structures, AppendOnlyProperties properties) {
		return new InboxDepthMetrics(structures, new StackTags(properties.namedStacks()));
	}

}
