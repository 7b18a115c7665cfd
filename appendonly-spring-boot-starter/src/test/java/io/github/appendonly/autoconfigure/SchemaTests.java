package io.github.appendonly.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.github.appendonly.AppendStack;
import io.github.appendonly.autoconfigure.app.Order;
import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.TestDatabase;
import org.h2.tools.Server;
import org.hibernate.boot.model.naming.Identifier;
import org.hibernate.boot.model.naming.PhysicalNamingStrategyStandardImpl;
import org.hibernate.engine.jdbc.env.spi.JdbcEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

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

	@ParameterizedTest
	@EnumSource
	void liquibaseRunsFirstAndMayCreateTheTables(TestDatabase database) {
		worksOn(database.create(), "appendonly.jdbc.initialize-schema=never", "spring.jpa.hibernate.ddl-auto=validate",
				"spring.liquibase.enabled=true", "spring.liquibase.change-log=classpath:liquibase/changelog.yaml");
	}

	@ParameterizedTest
	@EnumSource
	void schemaThatHibernateIsToldIsThatOfTheScripts(TestDatabase database) {
		TestDatabase.Url url = database.create();
		UserApplication.jdbc(url).sql("create schema shop").update();
		worksOn(url, "appendonly.jdbc.initialize-schema=always", "spring.jpa.hibernate.ddl-auto=validate",
				"appendonly.table-prefix=own_", "spring.jpa.properties.hibernate.default_schema=shop");
		worksOn(url, "appendonly.jdbc.initialize-schema=always", "spring.jpa.hibernate.ddl-auto=validate",
				"appendonly.table-prefix=own_", "spring.jpa.properties.hibernate.default_schema=shop",
				"appendonly.portable-sql=true");
		assertThat(UserApplication.tables(url)).containsExactly("shop.own_archived_layer");
	}

	@ParameterizedTest
	@EnumSource
	void schemaOfTheConnectionsIsThatOfTheScripts(TestDatabase database) {
		TestDatabase.Url url = database.create();
		UserApplication.jdbc(url).sql("create schema shop").update();
		TestDatabase.Url inSchema = new TestDatabase.Url(
				url.url() + ((database == TestDatabase.H2) ? ";SCHEMA=SHOP" : "&currentSchema=shop"));
		worksOn(inSchema, "appendonly.jdbc.initialize-schema=always", "spring.jpa.hibernate.ddl-auto=validate",
				"appendonly.table-prefix=own_");
		assertThat(UserApplication.tables(url)).containsExactly("shop.own_archived_layer");
	}

	@Test
	void embeddedDatabasesAreInitializedUnlessToldOtherwiseAndOthersAreNot() {
		worksOn(TestDatabase.H2.create(), "spring.jpa.hibernate.ddl-auto=validate");
		failsOn(TestDatabase.POSTGRESQL.create());
		failsOn(TestDatabase.POSTGRESQL.create(), "appendonly.jdbc.initialize-schema=embedded");
		failsOn(TestDatabase.H2.create(), "appendonly.jdbc.initialize-schema=never");
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:h2:file:%s", "jdbc:h2:%s;AUTO_SERVER=TRUE", "jdbc:h2:file:%s;MODE=PostgreSQL" })
	void h2InAFileOfThisProcessIsEmbedded(String url, @TempDir Path directory) {
		TestDatabase.Url file = new TestDatabase.Url(url.formatted(directory.resolve("shop")));
		worksOn(file, "spring.jpa.hibernate.ddl-auto=validate");
		worksOn(file, "spring.jpa.hibernate.ddl-auto=validate");
		failsOn(new TestDatabase.Url(url.formatted(directory.resolve("other"))),
				"appendonly.jdbc.initialize-schema=never");
	}

	@Test
	void h2StoresTextsInTheirRowsUnlessToldOtherwise() {
		TestDatabase.Url url = TestDatabase.H2.create();
		worksOn(url, "appendonly.jdbc.initialize-schema=always", "spring.jpa.hibernate.ddl-auto=validate");
		assertThat(largestTextInRow(url)).isEqualTo("65536");
		UserApplication.jdbc(url).sql("set max_length_inplace_lob 1000").update();
		worksOn(url, "appendonly.jdbc.initialize-schema=always", "spring.jpa.hibernate.ddl-auto=validate");
		assertThat(largestTextInRow(url)).isEqualTo("1000");
	}

	@Test
	void h2NeedsNoAdministrator() {
		TestDatabase.Url url = TestDatabase.H2.create();
		UserApplication.jdbc(url).sql("create user joe password 'joe'").update();
		UserApplication.jdbc(url).sql("grant alter any schema to joe").update();
		UserApplication.jdbc(url).sql("grant all on schema public to joe").update();
		TestDatabase.Url withoutSettings = new TestDatabase.Url(url.url().replaceAll(";.*", ""));
		worksOn(withoutSettings, "appendonly.jdbc.initialize-schema=always", "spring.jpa.hibernate.ddl-auto=none",
				"spring.datasource.username=joe", "spring.datasource.password=joe");
		assertThat(largestTextInRow(url)).isEmpty();
	}

	private static String largestTextInRow(TestDatabase.Url url) {
		return UserApplication.jdbc(url)
			.sql("select setting_value from information_schema.settings where setting_name = 'MAX_LENGTH_INPLACE_LOB'")
			.query(String.class)
			.optional()
			.orElse("");
	}

	@Test
	void h2ThatAServerOpensIsNotEmbedded(@TempDir Path directory) throws SQLException {
		Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-baseDir", directory.toString())
			.start();
		try {
			TestDatabase.Url remote = new TestDatabase.Url("jdbc:h2:" + server.getURL() + "/shop");
			failsOn(remote);
			worksOn(remote, "appendonly.jdbc.initialize-schema=always", "spring.jpa.hibernate.ddl-auto=validate");
		}
		finally {
			server.stop();
		}
	}

	@ParameterizedTest
	@EnumSource
	void missingTableFailsTheStartWithAnAnalysis(TestDatabase database) {
		TestDatabase.Url url = database.create();
		failsOn(url, "appendonly.jdbc.initialize-schema=never");
		worksOn(url, "appendonly.jdbc.initialize-schema=always", "spring.jpa.hibernate.ddl-auto=none");
		UserApplication.jdbc(url).sql("drop table appendonly_accumulator").update();
		FailureAnalysis analysis = failsOn(url, "appendonly.jdbc.initialize-schema=never");
		assertThat(analysis.getDescription().toLowerCase(Locale.ROOT)).contains("appendonly_accumulator");
		assertThat(analysis.getAction()).contains("appendonly.jdbc.initialize-schema=always", "db/appendonly/");
	}

	@ParameterizedTest
	@EnumSource
	void anyOtherFailureToReadInboxesDoesNotFailTheStart(TestDatabase database) {
		TestDatabase.Url url = database.create();
		worksOn(url, "appendonly.jdbc.initialize-schema=always", "spring.jpa.hibernate.ddl-auto=none");
		UserApplication.jdbc(url).sql("alter table appendonly_inbox rename column name to label").update();
		start(url, "appendonly.jdbc.initialize-schema=never", "spring.jpa.hibernate.ddl-auto=none").close();
	}

	@ParameterizedTest
	@EnumSource
	void ownInitializerReplacesOurs(TestDatabase database) {
		TestDatabase.Url url = database.create();
		assertThat(UserApplication
			.analysis(catchThrowable(
					() -> UserApplication.start(OwnInitializer.class, url, "spring.jpa.hibernate.ddl-auto=none")))
			.getDescription()).contains("missing");
		assertThat(UserApplication.tables(url)).isEmpty();
	}

	/**
	 * Released scripts are never changed, and those that follow bring what they made to
	 * what the entities are now.
	 */
	@ParameterizedTest
	@MethodSource("releases")
	void databaseOfAReleaseIsBroughtUpToDate(String release, TestDatabase database) throws IOException {
		TestDatabase.Url url = database.create();
		start(url, "appendonly.jdbc.initialize-schema=always",
				"appendonly.jdbc.schema=classpath:released/" + release + "/@@platform@@/*.sql",
				"spring.jpa.hibernate.ddl-auto=none",
				"spring.autoconfigure.exclude=" + AppendOnlyAutoConfiguration.class.getName())
			.close();
		assertThat(UserApplication.tables(url)).hasSize(1);
		worksOn(url, "appendonly.jdbc.initialize-schema=always", "spring.jpa.hibernate.ddl-auto=validate");
		for (Resource released : new PathMatchingResourcePatternResolver()
			.getResources("classpath:released/" + release + "/*/*.sql")) {
			String path = released.getURL().getPath();
			String platform = path.replaceAll(".*/(\\w+)/[^/]+", "$1");
			assertThat(new ClassPathResource("db/appendonly/" + platform + "/" + released.getFilename())
				.getContentAsByteArray()).as(path).isEqualTo(released.getContentAsByteArray());
		}
	}

	static Stream<Arguments> releases() throws IOException {
		return Stream.of(new PathMatchingResourcePatternResolver().getResources("classpath:released/*/h2"))
			.map((directory) -> Objects.requireNonNull(directory.getDescription()).replaceAll(".*/released/|/h2.*", ""))
			.flatMap((release) -> Stream.of(TestDatabase.values()).map((database) -> Arguments.of(release, database)));
	}

	private static FailureAnalysis failsOn(TestDatabase.Url url, String... properties) {
		return UserApplication.analysis(
				catchThrowable(() -> new SpringApplicationBuilder(EmptyApplication.class).web(WebApplicationType.NONE)
					.properties(url.properties())
					.properties("spring.flyway.enabled=false", "spring.jpa.hibernate.ddl-auto=none")
					.properties(properties)
					.run()));
	}

	private static void worksOn(TestDatabase.Url url, String... properties) {
		try (ConfigurableApplicationContext context = start(url, properties)) {
			AppendStack<Order> stack = context.getBean(AppendOnlyStructures.class)
				.stack("orders", Order.class, (settings) -> settings.bounds(1, 1).archived());
			stack.push(new Order("1"));
			stack.push(new Order("2"));
			assertThat(context.getBean(AppendOnlyStructures.class).history("orders", Order.class))
				.hasSizeGreaterThanOrEqualTo(2);
			context.getBean(AppendOnlyStructures.class).accumulator("orders", Order.class).append(new Order("3"));
		}
	}

	private static ConfigurableApplicationContext start(TestDatabase.Url url, String... properties) {
		return new SpringApplicationBuilder(EmptyApplication.class).web(WebApplicationType.NONE)
			.properties(url.properties())
			.properties("spring.flyway.enabled=false")
			.run(Stream.of(properties).map((property) -> "--" + property).toArray(String[]::new));
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class OwnInitializer {

		@Bean
		AppendOnlySchemaInitializer initializer(DataSource dataSource) {
			AppendOnlySchemaProperties none = new AppendOnlySchemaProperties();
			none.setInitializeSchema(DatabaseInitializationMode.NEVER);
			return new AppendOnlySchemaInitializer(dataSource, none, "appendonly_");
		}

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
