package io.github.appendonly.autoconfigure;

import java.util.function.Consumer;

import javax.sql.DataSource;

import io.github.appendonly.jpa.entity.FixedNames;
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
			DataSource dataSource = (own != null) ? own : dataSources.getObject();
			AppendOnlySchemaProperties initialization = schemaProperties.getObject();
			Consumer<String> initializer = (
					tablePrefix) -> new AppendOnlySchemaInitializer(dataSource, initialization, tablePrefix)
						.initializeDatabase();
			factory.getJpaPropertyMap().put(FixedNames.LISTENER_SETTING, initializer);
		});
	}

	static class OnSchemaInitializationCondition extends OnDatabaseInitializationCondition {

		OnSchemaInitializationCondition() {
			super("Append-only", "appendonly.jdbc.initialize-schema");
		}

	}

}
