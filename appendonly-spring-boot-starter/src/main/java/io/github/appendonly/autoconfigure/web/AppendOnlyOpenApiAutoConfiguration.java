package io.github.appendonly.autoconfigure.web;

import io.github.appendonly.Position;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.util.ClassUtils;

/**
 * {@link AutoConfiguration Auto-configuration} for positions in OpenAPI documents:
 * springdoc describes them as text, as they are in requests and responses.
 */
@AutoConfiguration
@ConditionalOnClass(name = AppendOnlyOpenApiAutoConfiguration.SPRINGDOC)
public final class AppendOnlyOpenApiAutoConfiguration {

	static final String SPRINGDOC = "org.springdoc.core.utils.SpringDocUtils";

	private static final Log logger = LogFactory.getLog(AppendOnlyOpenApiAutoConfiguration.class);

	/*
	 * By reflection, since springdoc would bring Jackson 2 into this module. Here and not
	 * in a bean, since that may be lazy.
	 */
	@Bean
	static BeanFactoryPostProcessor appendOnlyPositionSchema() {
		return (beans) -> {
			try {
				Class<?> springdoc = ClassUtils.forName(SPRINGDOC, beans.getBeanClassLoader());
				Object config = springdoc.getMethod("getConfig").invoke(null);
				springdoc.getMethod("replaceWithClass", Class.class, Class.class)
					.invoke(config, Position.class, String.class);
			}
			catch (ReflectiveOperationException ex) {
				logger.warn("springdoc describes positions as objects, but they are text", ex);
			}
		};
	}

}
