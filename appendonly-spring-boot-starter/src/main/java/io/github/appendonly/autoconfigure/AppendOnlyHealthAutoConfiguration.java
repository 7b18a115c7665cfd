package io.github.appendonly.autoconfigure;

import io.github.appendonly.actuate.AppendOnlyHealthIndicator;
import io.github.appendonly.actuate.UnplacedInboxes;
import io.github.appendonly.jpa.JpaAppendOnly;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for the health of the structures.
 */
@AutoConfiguration(after = AppendOnlyAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnBean(JpaAppendOnly.class)
@ConditionalOnEnabledHealthIndicator("appendonly")
public final class AppendOnlyHealthAutoConfiguration {

	@Bean
	UnplacedInboxes appendOnlyUnplacedInboxes() {
		return new UnplacedInboxes();
	}

	@Bean
	@ConditionalOnMissingBean(name = "appendonlyHealthIndicator")
	AppendOnlyHealthIndicator appendonlyHealthIndicator(JpaAppendOnly structures, UnplacedInboxes failures) {
		return new AppendOnlyHealthIndicator(structures, failures);
	}

}
