package io.github.appendonly.autoconfigure;

import io.github.appendonly.AppendStack;
import io.github.appendonly.actuate.AppendOnlyEndpoint;
import io.github.appendonly.jpa.JpaAppendOnly;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for the actuator endpoint
 * {@code appendonly}.
 */
@AutoConfiguration(after = AppendOnlyAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(JpaAppendOnly.class)
@ConditionalOnAvailableEndpoint(AppendOnlyEndpoint.class)
public final class AppendOnlyEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	AppendOnlyEndpoint appendOnlyEndpoint(JpaAppendOnly structures, AppendOnlyProperties properties,
			ObjectProvider<AppendStack<?>> stacks) {
		return new AppendOnlyEndpoint(structures, properties.stacks().keySet(), () -> stacks.stream().toList());
	}

}
