package io.github.appendonly.benchmarks.modulith;

import io.github.appendonly.benchmarks.application.HandledItems;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * An ordinary application with Spring Modulith's settings.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class ModulithConfiguration {

	@Bean
	HandledItems handledItems(JdbcOperations jdbc) {
		return new HandledItems(jdbc);
	}

	@Bean
	OrderListener orderListener(HandledItems items) {
		return new OrderListener(items);
	}

	@Bean
	Gate gate() {
		return new Gate();
	}

}
