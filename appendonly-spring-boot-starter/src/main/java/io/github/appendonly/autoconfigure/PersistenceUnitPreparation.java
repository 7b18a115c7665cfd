package io.github.appendonly.autoconfigure;

import java.util.function.Consumer;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

/**
 * Acts on our persistence unit just before it is made, no matter how it was configured.
 * By then, its data source and its settings are known, and migrations have run.
 */
final class PersistenceUnitPreparation implements BeanPostProcessor {

	private final PersistenceUnitChoice choice;

	private final Consumer<LocalContainerEntityManagerFactoryBean> action;

	PersistenceUnitPreparation(PersistenceUnitChoice choice, Consumer<LocalContainerEntityManagerFactoryBean> action) {
		this.choice = choice;
		this.action = action;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		if (bean instanceof LocalContainerEntityManagerFactoryBean factory
				&& this.choice.isOurs(beanName, factory.getPersistenceUnitName())) {
			this.action.accept(factory);
		}
		return bean;
	}

}
