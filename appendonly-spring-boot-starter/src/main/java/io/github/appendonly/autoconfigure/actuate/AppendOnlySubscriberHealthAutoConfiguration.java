package io.github.appendonly.autoconfigure.actuate;

import io.github.appendonly.actuate.SubscriberHealthIndicator;
import io.github.appendonly.autoconfigure.subscriber.AppendOnlySubscriberAutoConfiguration;
import io.github.appendonly.subscriber.Subscribers;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for the health indicator of durable
 * subscribers.
 */
@AutoConfiguration(after = AppendOnlySubscriberAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnBean(Subscribers.class)
@ConditionalOnEnabledHealthIndicator("appendonly-subscribers")
public final class AppendOnlySubscriberHealthAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "appendonlySubscribersHealthIndicator")
	SubscriberHealthIndicator appendonlySubscribersHealthIndicator(Subscribers subscribers) {
		return new SubscriberHealthIndicator(subscribers);
	}

}
