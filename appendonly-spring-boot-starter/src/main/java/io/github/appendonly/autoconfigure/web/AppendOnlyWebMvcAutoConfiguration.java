package io.github.appendonly.autoconfigure.web;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * {@link AutoConfiguration Auto-configuration} for limits in requests. Positions need
 * none: Spring converts them, and answers those that it cannot read with "bad request".
 */
@AutoConfiguration(afterName = "org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(HandlerExceptionResolver.class)
@ConditionalOnBean(name = AppendOnlyWebMvcAutoConfiguration.RESOLVERS)
public final class AppendOnlyWebMvcAutoConfiguration {

	static final String RESOLVERS = "handlerExceptionResolver";

	@Bean
	@ConditionalOnMissingBean(name = "appendOnlyLimitExceptionResolver")
	LimitExceptionResolver appendOnlyLimitExceptionResolver(
			@Qualifier(RESOLVERS) HandlerExceptionResolver applicationResolvers) {
		return new LimitExceptionResolver(applicationResolvers);
	}

}
