package io.github.appendonly.autoconfigure;

import io.github.appendonly.AppendStack;
import io.github.appendonly.StackBounds;
import io.github.appendonly.actuate.HandOver;
import io.github.appendonly.actuate.HandOverMetrics;
import io.github.appendonly.actuate.StackHttpExchangeRepository;
import io.github.appendonly.jpa.AppendOnly;
import io.github.appendonly.jpa.StackSettings;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.actuate.web.exchanges.HttpExchangeRepository;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;

/**
 * {@link AutoConfiguration Auto-configuration} for HTTP exchanges that are kept on a
 * stack.
 */
@AutoConfiguration(after = AppendOnlyAutoConfiguration.class, beforeName = {
		"org.springframework.boot.actuate.autoconfigure.web.exchanges.HttpExchangesEndpointAutoConfiguration",
		"org.springframework.boot.servlet.autoconfigure.actuate.web.exchanges.ServletHttpExchangesAutoConfiguration",
		"org.springframework.boot.webflux.autoconfigure.actuate.web.exchanges.WebFluxHttpExchangesAutoConfiguration" })
@ConditionalOnClass(HttpExchangeRepository.class)
@ConditionalOnBooleanProperty("appendonly.http-exchanges.enabled")
@ConditionalOnBean(AppendOnly.class)
@ConditionalOnMissingBean(HttpExchangeRepository.class)
@EnableConfigurationProperties(AppendOnlyHttpExchangesProperties.class)
public final class AppendOnlyHttpExchangesAutoConfiguration {

	@Bean
	StackHttpExchangeRepository appendOnlyHttpExchangeRepository(AppendOnly structures,
			AppendOnlyHttpExchangesProperties properties) {
		StackBounds bounds = new StackBounds(properties.maxLayers(), properties.maxLength());
		AppendStack<JsonNode> stack = structures.stack(properties.stack(), JsonNode.class,
				StackSettings.<JsonNode>unchanged().withBounds(bounds).withArchive(properties.archive()));
		return new StackHttpExchangeRepository(stack, properties.queueCapacity());
	}

	@Bean
	HandOver<?> appendOnlyHttpExchangeHandOver(StackHttpExchangeRepository repository) {
		return repository.handOver();
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterBinder.class)
	static class Metrics {

		@Bean
		HandOverMetrics appendOnlyHttpExchangeMetrics(StackHttpExchangeRepository repository) {
			return new HandOverMetrics("appendonly.http-exchanges.dropped", repository.handOver());
		}

	}

}
