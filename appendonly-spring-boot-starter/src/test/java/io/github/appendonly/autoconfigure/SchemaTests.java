package io.github.appendonly.autoconfigure;

import java.util.List;

import io.github.appendonly.AppendStack;
import io.github.appendonly.autoconfigure.app.Order;
import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.jpa.AppendOnly;
import io.github.appendonly.jpa.StackSettings;
import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.TestDatabase;
import org.hibernate.boot.model.naming.Identifier;
import org.hibernate.boot.model.naming.PhysicalNamingStrategyStandardImpl;
import org.hibernate.engine.jdbc.env.spi.JdbcEnvironment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The scripts and the entities agree, whatever creates the tables.
 */
class SchemaTests {

	@ParameterizedTest
	@EnumSource
	void scriptsCreateWhatTheEntitiesExpect(TestDatabase database) {
		worksOn(database.create(), "appendonly.jdbc.initialize-schema=always",
				"spring.jpa.hibernate.ddl-auto=validate");
	}

	@ParameterizedTest
	@EnumSource
	void scriptsMayRunAgain(TestDatabase database) {
		TestDatabase.Url url = database.create();
		worksOn(url, "appendonly.jdbc.initialize-schema=always", "spring.jpa.hibernate.ddl-auto=none");
		worksOn(url, "appendonly.jdbc.initialize-schema=always", "spring.jpa.hibernate.ddl-auto=validate");
	}

	@ParameterizedTest
	@EnumSource
	void scriptsGetAlongWithTablesThatHibernateCreates(TestDatabase database) {
		worksOn(database.create(), "appendonly.jdbc.initialize-schema=always", "spring.jpa.hibernate.ddl-auto=update");
		worksOn(database.create(), "appendonly.jdbc.initialize-schema=always",
				"spring.jpa.hibernate.ddl-auto=create-drop");
		worksOn(database.create(), "appendonly.jdbc.initialize-schema=never", "spring.jpa.hibernate.ddl-auto=update");
	}

	@ParameterizedTest
	@EnumSource
	void prefixIsThatOfScriptsAndEntities(TestDatabase database) {
		TestDatabase.Url url = database.create();
		worksOn(url, "appendonly.jdbc.initialize-schema=always", "spring.jpa.hibernate.ddl-auto=validate",
				"appendonly.table-prefix=shop_");
		try (ConfigurableApplicationContext context = start(url, "appendonly.jdbc.initialize-schema=never",
				"spring.jpa.hibernate.ddl-auto=validate", "appendonly.table-prefix=shop_")) {
			List<String> tables = context.getBean(JdbcClient.class)
				.sql("select lower(table_name) from information_schema.tables where lower(table_name) like '%\\_slice'")
				.query(String.class)
				.list();
			assertThat(tables).containsExactly("shop_slice");
		}
	}

	@ParameterizedTest
	@EnumSource
	void ownNamingStrategyDoesNotTouchOurTables(TestDatabase database) {
		worksOn(database.create(), "appendonly.jdbc.initialize-schema=always", "spring.jpa.hibernate.ddl-auto=validate",
				"spring.jpa.hibernate.naming.physical-strategy=" + ShoutingNames.class.getName());
	}

	@ParameterizedTest
	@EnumSource
	void flywayRunsFirstAndMayCreateTheTables(TestDatabase database) {
		worksOn(database.create(), "appendonly.jdbc.initialize-schema=never", "spring.jpa.hibernate.ddl-auto=validate",
				"spring.flyway.enabled=true", "spring.flyway.locations=classpath:db/appendonly/{vendor}",
				"spring.flyway.sql-migration-prefix=", "spring.flyway.sql-migration-separator=-");
	}

	private static void worksOn(TestDatabase.Url url, String... properties) {
		try (ConfigurableApplicationContext context = start(url, properties)) {
			AppendStack<Order> stack = context.getBean(AppendOnly.class)
				.stack("orders", Order.class,
						StackSettings.<Order>unchanged().withBounds(new StackBounds(1, 1)).withArchive(true));
			stack.push(new Order("1"));
			stack.push(new Order("2"));
			assertThat(context.getBean(AppendOnly.class).history("orders", Order.class)).hasSizeGreaterThanOrEqualTo(2);
			context.getBean(AppendOnly.class).accumulator("orders", Order.class).append(new Order("3"));
		}
	}

	private static ConfigurableApplicationContext start(TestDatabase.Url url, String... properties) {
		return new SpringApplicationBuilder(EmptyApplication.class).web(WebApplicationType.NONE)
			.properties(url.properties())
			.properties("spring.flyway.enabled=false")
			.properties(properties)
			.run();
	}

	/**
	 * A strategy that would make our tables SHOUT_….
	 */
	public static class ShoutingNames extends PhysicalNamingStrategyStandardImpl {

		private static final long serialVersionUID = 1L;

		@Override
		public Identifier toPhysicalTableName(Identifier logicalName, JdbcEnvironment context) {
			return Identifier.toIdentifier("SHOUT_" + logicalName.getText());
		}

	}

}
