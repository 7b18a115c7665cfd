package io.github.appendonly.autoconfigure.subscriber;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.util.ClassUtils;

/**
 * Makes beans with listeners when the application starts, also where beans are made
 * lazily: nothing else would ever ask for them.
 */
final class ListenerLazyInitializationExcludeFilter implements LazyInitializationExcludeFilter {

	@Override
	public boolean isExcluded(String beanName, BeanDefinition definition, Class<?> beanType) {
		return !ListenerBeanPostProcessor.methods(ClassUtils.getUserClass(beanType)).isEmpty();
	}

}
