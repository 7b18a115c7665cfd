package io.github.appendonly.autoconfigure.actuate;

import io.github.appendonly.actuate.recording.BackgroundWriter;
import io.github.appendonly.actuate.recording.StackHttpExchangeRepository;
import io.github.appendonly.autoconfigure.AppendOnlyAutoConfiguration;
import io.github.appendonly.jpa.AppendOnlyStructures;
import org.springframework.boot.actuate.web.exchanges.HttpExchangeRepository;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * {@link AutoConfiguration Auto-configuration} for HTTP exchanges on a stack.
 */
@AutoConfiguration(after = AppendOnlyAutoConfiguration.class, beforeName = {
		"org.springframework.boot.actuate.autoconfigure.web.exchanges.HttpExchangesEndpointAutoConfiguration",
		"org.springframework.boot.servlet.autoconfigure.actuate.web.exchanges.ServletHttpExchangesAutoConfiguration",
		"org.springframework.boot.webflux.autoconfigure.actuate.web.exchanges.WebFluxHttpExchangesAutoConfiguration" })
@ConditionalOnClass(HttpExchangeRepository.class)
@ConditionalOnBooleanProperty("appendonly.http-exchanges.enabled")
@ConditionalOnBean(AppendOnlyStructures.class)
@ConditionalOnMissingBean(HttpExchangeRepository.class)
@Import(RecordingMetricsConfiguration.class)
@EnableConfigurationProperties(AppendOnlyHttpExchangesProperties.class)
public final class AppendOnlyHttpExchangesAutoConfiguration {

	@Bean
	StackHttpExchangeRepository appendOnlyHttpExchangeRepository(AppendOnlyStructures structures,
			AppendOnlyHttpExchangesProperties properties) {
		return new StackHttpExchangeRepository(properties.stackOf(structures), properties.queueCapacity());
	}

	@Bean
	BackgroundWriter<?> appendOnlyHttpExchangeWriter(StackHttpExchangeRepository repository) {
		return repository.writer();
	}

}
