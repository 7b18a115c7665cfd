package io.github.appendonly.autoconfigure;

import javax.sql.DataSource;

import org.hibernate.cfg.MappingSettings;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.sql.autoconfigure.init.OnDatabaseInitializationCondition;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.datasource.init.DatabasePopulator;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

/**
 * {@link AutoConfiguration Auto-configuration} that creates the tables of the structures,
 * before the entities are validated and after migrations have run.
 */
@AutoConfiguration(after = DataSourceAutoConfiguration.class, before = HibernateJpaAutoConfiguration.class)
@ConditionalOnClass(DatabasePopulator.class)
@ConditionalOnBean(DataSource.class)
@EnableConfigurationProperties({ AppendOnlyProperties.class, AppendOnlySchemaProperties.class })
@Import(DatabaseInitializationDependencyConfigurer.class)
public final class AppendOnlySchemaAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(AppendOnlySchemaInitializer.class)
	@Conditional(OnSchemaInitializationCondition.class)
	static PersistenceUnitPreparation appendOnlySchema(ConfigurableListableBeanFactory beans,
			ObjectProvider<AppendOnlyProperties> properties,
			ObjectProvider<AppendOnlySchemaProperties> schemaProperties, ObjectProvider<DataSource> dataSources) {
		return new PersistenceUnitPreparation(new PersistenceUnitChoice(beans, properties::getObject), (factory) -> {
			DataSource own = factory.getDataSource();
			new AppendOnlySchemaInitializer((own != null) ? own : dataSources.getObject(), schemaProperties.getObject(),
					tablePrefix(factory, properties.getObject()))
				.initializeDatabase();
		});
	}

	/**
	 * The tables belong in the unit's own schema, if it has one.
	 */
	private static String tablePrefix(LocalContainerEntityManagerFactoryBean factory, AppendOnlyProperties properties) {
		Object schema = factory.getJpaPropertyMap().get(MappingSettings.DEFAULT_SCHEMA);
		return (schema != null) ? schema + "." + properties.tablePrefix() : properties.tablePrefix();
	}

	static class OnSchemaInitializationCondition extends OnDatabaseInitializationCondition {

		OnSchemaInitializationCondition() {
			super("Append-only", "appendonly.jdbc.initialize-schema");
		}

	}

}
