package io.github.appendonly.autoconfigure.actuate;

import io.github.appendonly.actuate.SequencerObservations;
import io.github.appendonly.actuate.SubscriberObservations;
import io.github.appendonly.autoconfigure.AppendOnlyAutoConfiguration;
import io.github.appendonly.autoconfigure.AppendOnlyProperties;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * {@link AutoConfiguration Auto-configuration} for the observations of batches and of
 * durable subscribers.
 */
@AutoConfiguration(after = AppendOnlyAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean({ JpaAppendOnlyStructures.class, ObservationRegistry.class })
public final class AppendOnlyObservationAutoConfiguration {

	@Bean
	SequencerObservations appendOnlySequencerObservations(ObservationRegistry registry, AppendOnlyProperties properties,
			Environment environment, ObjectProvider<JpaAppendOnlyStructures> structures) {
		return new SequencerObservations(registry, FamilyTags.of(properties, environment, structures));
	}

	@Bean
	SubscriberObservations appendOnlySubscriberObservations(ObservationRegistry registry,
			AppendOnlyProperties properties, Environment environment,
			ObjectProvider<JpaAppendOnlyStructures> structures) {
		return new SubscriberObservations(registry, FamilyTags.of(properties, environment, structures));
	}

}
