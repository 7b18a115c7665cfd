package io.github.appendonly.autoconfigure;

import io.github.appendonly.Position;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/**
 * {@link AutoConfiguration Auto-configuration} for positions in JSON. The application's
 * {@link JsonMapper} writes them as text, such as {@code "7-42"}. So a client can send a
 * position back in the form in which it was received.
 */
@AutoConfiguration(before = JacksonAutoConfiguration.class)
@ConditionalOnClass(JsonMapper.class)
public final class AppendOnlyJacksonAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "appendOnlyJacksonModule")
	JacksonModule appendOnlyJacksonModule() {
		return new SimpleModule("appendonly").addSerializer(Position.class, ToStringSerializer.instance);
	}

}
