package io.github.appendonly.autoconfigure;

import java.util.Objects;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;

/**
 * Says of the beans that properties make where they come from. Failure analyses show
 * that, for example where several beans fit one injection point.
 */
final class StructureBeanOrigins implements BeanFactoryPostProcessor {

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
		for (String name : beans.getBeanDefinitionNames()) {
			BeanDefinition definition = beans.getBeanDefinition(name);
			if (isOurs(definition) && definition instanceof AbstractBeanDefinition described) {
				described.setResourceDescription(of(definition));
			}
		}
	}

	/**
	 * Returns whether a property has made a bean.
	 */
	static boolean isOurs(BeanDefinition definition) {
		return definition.getSource() == StackBeanRegistrar.class;
	}

	/**
	 * Returns where a bean is defined, as far as that is known: a registrar can only set
	 * a description.
	 */
	static String of(BeanDefinition definition) {
		return Objects.requireNonNullElseGet(definition.getResourceDescription(),
				() -> Objects.requireNonNullElse(definition.getDescription(), "an unknown place"));
	}

}
