package io.github.appendonly.autoconfigure.web;

import java.util.List;

import io.github.appendonly.web.EntryEventsHandler;
import io.github.appendonly.web.EventStreams;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@link AutoConfiguration Auto-configuration} for server-sent events: controllers may
 * return {@link io.github.appendonly.web.EntryEvents}.
 */
@AutoConfiguration(afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({ WebMvcConfigurer.class, JsonMapper.class })
@ConditionalOnSingleCandidate(JsonMapper.class)
@EnableConfigurationProperties(AppendOnlyWebProperties.class)
public final class AppendOnlyEventsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	EventStreams appendOnlyEventStreams(JsonMapper mapper, AppendOnlyWebProperties properties) {
		return new EventStreams(mapper, properties.sse().heartbeat());
	}

	@Bean
	WebMvcConfigurer appendOnlyEventsMvcConfigurer(EventStreams streams) {
		return new WebMvcConfigurer() {

			@Override
			public void addReturnValueHandlers(List<HandlerMethodReturnValueHandler> handlers) {
				handlers.add(new EntryEventsHandler(streams));
			}

		};
	}

}
