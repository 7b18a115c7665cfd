package io.github.appendonly.autoconfigure.actuate;

import io.github.appendonly.actuate.AppendOnlyHealthIndicator;
import io.github.appendonly.actuate.PlacementFailures;
import io.github.appendonly.autoconfigure.AppendOnlyAutoConfiguration;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for the health indicator.
 */
@AutoConfiguration(after = AppendOnlyAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnBean(JpaAppendOnlyStructures.class)
@ConditionalOnEnabledHealthIndicator("appendonly")
public final class AppendOnlyHealthAutoConfiguration {

	@Bean
	PlacementFailures appendOnlyUnplacedInboxes() {
		return new PlacementFailures();
	}

	@Bean
	@ConditionalOnMissingBean(name = "appendonlyHealthIndicator")
	AppendOnlyHealthIndicator appendonlyHealthIndicator(JpaAppendOnlyStructures structures,
			PlacementFailures failures) {
		return new AppendOnlyHealthIndicator(structures.operations(), failures);
	}

}
