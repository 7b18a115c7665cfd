package io.github.appendonly.autoconfigure;

import io.github.appendonly.jpa.entity.AppendOnlyEntities;
import io.github.appendonly.jpa.entity.FixedNames;
import jakarta.persistence.EntityManagerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jpa.autoconfigure.EntityManagerFactoryBuilderCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} that adds the entities of the structures
 * to the application's persistence unit, with the configured table names.
 */
@AutoConfiguration(before = HibernateJpaAutoConfiguration.class)
@ConditionalOnClass(EntityManagerFactory.class)
@EnableConfigurationProperties(AppendOnlyProperties.class)
public final class AppendOnlyEntitiesAutoConfiguration {

	@Bean
	EntityManagerFactoryBuilderCustomizer appendOnlyEntitiesCustomizer(ConfigurableListableBeanFactory beans,
			ObjectProvider<AppendOnlyProperties> properties) {
		PersistenceUnitChoice choice = new PersistenceUnitChoice(beans, properties::getObject);
		AppendOnlyEntities entities = new AppendOnlyEntities();
		return (builder) -> builder.addPersistenceUnitPostProcessors((unit) -> {
			if (choice.isOurs(unit.getPersistenceUnitName())) {
				entities.postProcessPersistenceUnitInfo(unit);
			}
		});
	}

	@Bean
	static PersistenceUnitPreparation appendOnlyTableNames(ConfigurableListableBeanFactory beans,
			ObjectProvider<AppendOnlyProperties> properties) {
		return new PersistenceUnitPreparation(new PersistenceUnitChoice(beans, properties::getObject),
				(factory) -> factory.getJpaPropertyMap()
					.put(FixedNames.PREFIX_SETTING, properties.getObject().tablePrefix()));
	}

}
