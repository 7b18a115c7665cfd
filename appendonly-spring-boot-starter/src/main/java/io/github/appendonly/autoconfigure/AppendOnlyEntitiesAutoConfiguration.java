package io.github.appendonly.autoconfigure;

import io.github.appendonly.jpa.AppendOnlyEntities;
import jakarta.persistence.EntityManagerFactory;
import org.hibernate.cfg.MappingSettings;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernatePropertiesCustomizer;
import org.springframework.boot.jpa.autoconfigure.EntityManagerFactoryBuilderCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} that brings the entities of the structures
 * into the application's persistence unit.
 */
@AutoConfiguration(before = HibernateJpaAutoConfiguration.class)
@ConditionalOnClass(EntityManagerFactory.class)
@EnableConfigurationProperties(AppendOnlyProperties.class)
public final class AppendOnlyEntitiesAutoConfiguration {

	@Bean
	EntityManagerFactoryBuilderCustomizer appendOnlyEntitiesCustomizer() {
		return (builder) -> builder.addPersistenceUnitPostProcessors(new AppendOnlyEntities());
	}

	@Bean
	HibernatePropertiesCustomizer appendOnlyTableNamesCustomizer(AppendOnlyProperties properties) {
		return (hibernate) -> hibernate.compute(MappingSettings.PHYSICAL_NAMING_STRATEGY,
				(key, strategy) -> TableNames.wrap(strategy, properties.tablePrefix()));
	}

}
