package io.github.appendonly.autoconfigure.actuate;

import io.github.appendonly.actuate.AccumulatorMetrics;
import io.github.appendonly.actuate.InboxDepthMetrics;
import io.github.appendonly.actuate.SequencerMetrics;
import io.github.appendonly.actuate.StackTags;
import io.github.appendonly.actuate.SubscriberMetrics;
import io.github.appendonly.autoconfigure.AppendOnlyAutoConfiguration;
import io.github.appendonly.autoconfigure.AppendOnlyProperties;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import io.github.appendonly.subscriber.Subscribers;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * {@link AutoConfiguration Auto-configuration} for the meters.
 */
@AutoConfiguration(after = AppendOnlyAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ JpaAppendOnlyStructures.class, MeterRegistry.class })
public final class AppendOnlyMetricsAutoConfiguration {

	@Bean
	SequencerMetrics appendOnlySequencerMetrics(MeterRegistry registry, AppendOnlyProperties properties,
			Environment environment, ObjectProvider<JpaAppendOnlyStructures> structures) {
		return new SequencerMetrics(registry, FamilyTags.of(properties, environment, structures));
	}

	@Bean
	AccumulatorMetrics appendOnlyAccumulatorMetrics(MeterRegistry registry, AppendOnlyProperties properties,
			Environment environment) {
		return new AccumulatorMetrics(registry, new StackTags(properties.namedAccumulators(environment)));
	}

	@Bean
	InboxDepthMetrics appendOnlyInboxDepthMetrics(JpaAppendOnlyStructures structures, AppendOnlyProperties properties,
			Environment environment) {
		return new InboxDepthMetrics(structures.operations(), new StackTags(properties.namedStacks(environment)),
				AppendOnlyProperties.familyPrefixes(environment));
	}

	@Bean
	SubscriberMetrics appendOnlySubscriberMetrics(MeterRegistry registry, ObjectProvider<Subscribers> subscribers,
			AppendOnlyProperties properties, Environment environment,
			ObjectProvider<JpaAppendOnlyStructures> structures) {
		return new SubscriberMetrics(registry, subscribers, FamilyTags.of(properties, environment, structures));
	}

}
