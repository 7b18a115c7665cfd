package io.github.appendonly.autoconfigure.actuate;

import java.util.Optional;

import io.github.appendonly.actuate.AppendOnlyEndpoint;
import io.github.appendonly.autoconfigure.AppendOnlyAutoConfiguration;
import io.github.appendonly.autoconfigure.AppendOnlyProperties;
import io.github.appendonly.autoconfigure.subscriber.AppendOnlySubscriberAutoConfiguration;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import io.github.appendonly.subscriber.Subscribers;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * {@link AutoConfiguration Auto-configuration} for the actuator endpoint
 * {@code appendonly}.
 */
@AutoConfiguration(after = { AppendOnlyAutoConfiguration.class, AppendOnlySubscriberAutoConfiguration.class })
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(JpaAppendOnlyStructures.class)
@ConditionalOnAvailableEndpoint(AppendOnlyEndpoint.class)
public final class AppendOnlyEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	AppendOnlyEndpoint appendOnlyEndpoint(JpaAppendOnlyStructures structures, Optional<Subscribers> subscribers,
			Environment environment) {
		return new AppendOnlyEndpoint(structures.operations(), subscribers,
				AppendOnlyProperties.stackNames(environment));
	}

}
