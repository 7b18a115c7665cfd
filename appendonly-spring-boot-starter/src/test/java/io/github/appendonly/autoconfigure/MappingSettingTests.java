package io.github.appendonly.autoconfigure;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.appendonly.autoconfigure.converting.ConvertingApplication;
import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.entity.AppendOnlyEntities;
import io.github.appendonly.jpa.repository.StackRepository;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Column;
import jakarta.persistence.Converter;
import jakarta.persistence.EntityManagerFactory;
import org.hibernate.boot.model.naming.Identifier;
import org.hibernate.boot.model.naming.PhysicalNamingStrategyStandardImpl;
import org.hibernate.cfg.JdbcSettings;
import org.hibernate.cfg.JpaComplianceSettings;
import org.hibernate.cfg.MappingSettings;
import org.hibernate.cfg.QuerySettings;
import org.hibernate.engine.jdbc.env.spi.JdbcEnvironment;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.ResolvableType;
import org.springframework.data.jpa.repository.support.JpaRepositoryFactory;
import org.springframework.data.repository.NoRepositoryBean;
import org.springframework.data.repository.Repository;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * No setting of the application's persistence unit changes the tables of the structures,
 * or how they are read and written.
 */
class MappingSettingTests {

	/** Names and quoting. */
	private static final Map<String, String> NAMES = Map.of(MappingSettings.GLOBALLY_QUOTED_IDENTIFIERS, "true",
			MappingSettings.GLOBALLY_QUOTED_IDENTIFIERS_SKIP_COLUMN_DEFINITIONS, "true",
			MappingSettings.KEYWORD_AUTO_QUOTING_ENABLED, "true", MappingSettings.PHYSICAL_NAMING_STRATEGY,
			ShoutingNames.class.getName(), MappingSettings.IMPLICIT_NAMING_STRATEGY, "legacy-hbm",
			MappingSettings.ID_DB_STRUCTURE_NAMING_STRATEGY, "legacy", MappingSettings.COLUMN_ORDERING_STRATEGY,
			"legacy", MappingSettings.DEFAULT_SCHEMA, "`Shop`");

	/** Types of columns, queries that are more than JPQL, and how results are read. */
	private static final Map<String, String> TYPES = Map.ofEntries(
			Map.entry(MappingSettings.PREFERRED_BOOLEAN_JDBC_TYPE, "INTEGER"),
			Map.entry(MappingSettings.PREFERRED_UUID_JDBC_TYPE, "CHAR"),
			Map.entry(MappingSettings.PREFERRED_DURATION_JDBC_TYPE, "BIGINT"),
			Map.entry(MappingSettings.PREFERRED_INSTANT_JDBC_TYPE, "TIMESTAMP"),
			Map.entry(MappingSettings.PREFERRED_ARRAY_JDBC_TYPE, "VARBINARY"),
			Map.entry(MappingSettings.JAVA_TIME_USE_DIRECT_JDBC, "true"),
			Map.entry(MappingSettings.PREFER_NATIVE_ENUM_TYPES, "true"),
			Map.entry(MappingSettings.PREFER_LOCALE_LANGUAGE_TAG, "true"),
			Map.entry(MappingSettings.WRAPPER_ARRAY_HANDLING, "legacy"),
			Map.entry(MappingSettings.TIMEZONE_DEFAULT_STORAGE, "NORMALIZE"),
			Map.entry(MappingSettings.USE_NATIONALIZED_CHARACTER_DATA, "true"),
			Map.entry(MappingSettings.XML_MAPPING_ENABLED, "false"),
			Map.entry(MappingSettings.FORCE_DISCRIMINATOR_IN_SELECTS_BY_DEFAULT, "true"),
			Map.entry(MappingSettings.DEFAULT_LIST_SEMANTICS, "list"),
			Map.entry(QuerySettings.PORTABLE_INTEGER_DIVISION, "true"),
			Map.entry(QuerySettings.DEFAULT_NULL_ORDERING, "first"),
			Map.entry(QuerySettings.NATIVE_PREFER_JDBC_DATETIME_TYPES, "true"),
			Map.entry(QuerySettings.IN_CLAUSE_PARAMETER_PADDING, "true"),
			Map.entry(QuerySettings.NATIVE_IGNORE_JDBC_PARAMETERS, "true"),
			Map.entry(QuerySettings.QUERY_PLAN_CACHE_ENABLED, "true"),
			Map.entry(MappingSettings.STATIC_METAMODEL_POPULATION, "disabled"),
			Map.entry(MappingSettings.JPA_METAMODEL_POPULATION, "ignoreUnsupported"),
			Map.entry(QuerySettings.JSON_FUNCTIONS_ENABLED, "true"),
			Map.entry(QuerySettings.XML_FUNCTIONS_ENABLED, "true"),
			Map.entry(QuerySettings.QUERY_STARTUP_CHECKING, "true"),
			Map.entry(QuerySettings.FAIL_ON_PAGINATION_OVER_COLLECTION_FETCH, "true"),
			Map.entry(QuerySettings.IMMUTABLE_ENTITY_UPDATE_QUERY_HANDLING_MODE, "exception"),
			Map.entry(QuerySettings.CRITERIA_VALUE_HANDLING_MODE, "inline"),
			Map.entry(QuerySettings.QUERY_PLAN_CACHE_MAX_SIZE, "1"),
			Map.entry(JdbcSettings.JDBC_TIME_ZONE, "Asia/Kathmandu"), Map.entry(JdbcSettings.USE_SQL_COMMENTS, "true"),
			Map.entry(JdbcSettings.DIALECT_NATIVE_PARAM_MARKERS, "true"),
			Map.entry(JdbcSettings.STATEMENT_FETCH_SIZE, "1"), Map.entry(JdbcSettings.USE_GET_GENERATED_KEYS, "false"),
			Map.entry(JdbcSettings.NON_CONTEXTUAL_LOB_CREATION, "true"),
			Map.entry(JpaComplianceSettings.JPA_COMPLIANCE, "true"));

	/**
	 * Settings that concern nothing that the structures have, such as sequences, XML,
	 * inheritance, procedures and criteria.
	 */
	private static final Set<String> IRRELEVANT = Set.of(MappingSettings.PREFERRED_POOLED_OPTIMIZER,
			MappingSettings.TABLE_GENERATOR_STORE_LAST_USED, MappingSettings.SEQUENCE_INCREMENT_SIZE_MISMATCH_STRATEGY,
			MappingSettings.JSON_FORMAT_MAPPER, MappingSettings.XML_FORMAT_MAPPER,
			MappingSettings.XML_FORMAT_MAPPER_LEGACY_FORMAT, MappingSettings.VALIDATE_XML,
			MappingSettings.TRANSFORM_HBM_XML, MappingSettings.TRANSFORM_HBM_XML_FEATURE_HANDLING,
			MappingSettings.IMPLICIT_DISCRIMINATOR_COLUMNS_FOR_JOINED_SUBCLASS,
			MappingSettings.IGNORE_EXPLICIT_DISCRIMINATOR_COLUMNS_FOR_JOINED_SUBCLASS,
			QuerySettings.SEMANTIC_QUERY_PRODUCER, QuerySettings.SEMANTIC_QUERY_TRANSLATOR,
			QuerySettings.QUERY_MULTI_TABLE_MUTATION_STRATEGY, QuerySettings.QUERY_MULTI_TABLE_INSERT_STRATEGY,
			QuerySettings.CRITERIA_COPY_TREE, QuerySettings.CRITERIA_PLAN_CACHE_ENABLED,
			QuerySettings.CALLABLE_NAMED_PARAMS_ENABLED, QuerySettings.QUERY_PASS_PROCEDURE_PARAMETER_NAMES);

	/** All of ours. */
	private static final List<Class<?>> REPOSITORIES = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages(StackRepository.class.getPackageName())
		.stream()
		.<Class<?>>map(JavaClass::reflect)
		.filter((type) -> Repository.class.isAssignableFrom(type) && !type.isAnnotationPresent(NoRepositoryBean.class))
		.toList();

	@ParameterizedTest
	@EnumSource
	void namesAreThoseOfTheScripts(TestDatabase database) {
		TestDatabase.Url url = withSchema(database, "Shop");
		worksIn(EmptyApplication.class, url, NAMES,
				"spring.jpa.properties." + MappingSettings.DEFAULT_CATALOG + "=" + catalog(url));
		assertThat(UserApplication.tables(url)).containsExactly("shop.appendonly_archived_layer");
		TestDatabase.Url without = withSchema(database, "Shop");
		worksIn(EmptyApplication.class, without, NAMES, "appendonly.jdbc.initialize-schema=never",
				"spring.jpa.hibernate.ddl-auto=update");
		assertThat(columns(without)).isEqualTo(columns(url));
	}

	@ParameterizedTest
	@EnumSource
	void typesAreThoseOfTheScripts(TestDatabase database) {
		worksIn(ConvertingApplication.class, database.create(), TYPES);
		TestDatabase.Url url = database.create();
		worksIn(EmptyApplication.class, url, Map.of());
		TestDatabase.Url without = database.create();
		worksIn(ConvertingApplication.class, without, TYPES, "appendonly.jdbc.initialize-schema=never",
				"spring.jpa.hibernate.ddl-auto=update", "spring.datasource.hikari.auto-commit=false",
				"spring.jpa.properties." + JdbcSettings.CONNECTION_PROVIDER_DISABLES_AUTOCOMMIT + "=true");
		assertThat(columns(without)).isEqualTo(columns(url));
	}

	@ParameterizedTest
	@EnumSource
	void schemaMayBeAReservedWord(TestDatabase database) {
		TestDatabase.Url plain = withSchema(database, (database == TestDatabase.H2) ? "ORDER" : "order");
		worksIn(EmptyApplication.class, plain, Map.of(MappingSettings.DEFAULT_SCHEMA, "order"));
		assertThat(UserApplication.tables(plain)).containsExactly("order.appendonly_archived_layer");
		TestDatabase.Url quoted = withSchema(database, "order");
		worksIn(EmptyApplication.class, quoted,
				Map.of(MappingSettings.DEFAULT_SCHEMA, "order", MappingSettings.KEYWORD_AUTO_QUOTING_ENABLED, "true"));
		assertThat(UserApplication.tables(quoted)).containsExactly("order.appendonly_archived_layer");
	}

	/**
	 * PostgreSQL has no such setting: there, a name without quotes is in lower case.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "DATABASE_TO_UPPER=FALSE", "DATABASE_TO_UPPER=FALSE;CASE_INSENSITIVE_IDENTIFIERS=TRUE",
			"DATABASE_TO_LOWER=TRUE", "CASE_INSENSITIVE_IDENTIFIERS=TRUE" })
	void namesAreThoseOfTheScriptsWhateverCaseH2Stores(String setting) {
		TestDatabase.Url url = new TestDatabase.Url(TestDatabase.H2.create().url() + ";" + setting);
		UserApplication.jdbc(url).sql("create schema shop").update();
		worksIn(EmptyApplication.class, url, Map.of(MappingSettings.DEFAULT_SCHEMA, "shop"),
				"spring.jpa.hibernate.ddl-auto=none");
		worksIn(EmptyApplication.class, url, Map.of(MappingSettings.GLOBALLY_QUOTED_IDENTIFIERS, "true",
				MappingSettings.PHYSICAL_NAMING_STRATEGY, ShoutingNames.class.getName()),
				"spring.jpa.hibernate.ddl-auto=none");
	}

	@Test
	void noSettingIsOverlooked() {
		Set<String> known = new TreeSet<>(IRRELEVANT);
		known.addAll(NAMES.keySet());
		known.add(MappingSettings.DEFAULT_CATALOG);
		known.addAll(TYPES.keySet());
		assertThat(known)
			.as("A setting of Hibernate that is new: add a value that might change the structures, or call it irrelevant")
			.containsAll(Stream.of(MappingSettings.class, QuerySettings.class)
				.flatMap(MappingSettingTests::settings)
				.toList());
		assertThat(settings(JpaComplianceSettings.class)).allMatch(
				(setting) -> setting.startsWith(JpaComplianceSettings.JPA_COMPLIANCE),
				"is switched on by " + JpaComplianceSettings.JPA_COMPLIANCE);
	}

	@Test
	void noTypeIsOverlooked() {
		Set<Class<?>> converted = Arrays.stream(ConvertingApplication.class.getClasses())
			.filter((type) -> type.isAnnotationPresent(Converter.class))
			.map((converter) -> ResolvableType.forClass(converter).as(AttributeConverter.class).resolveGeneric(0))
			.collect(Collectors.toSet());
		assertThat(converted).containsAll(AppendOnlyEntities.ENTITIES.stream()
			.flatMap((entity) -> Stream.of(entity, entity.getSuperclass()))
			.flatMap((type) -> Arrays.stream(type.getDeclaredFields()))
			.filter((field) -> field.isAnnotationPresent(Column.class))
			.<Class<?>>map((field) -> ClassUtils.resolvePrimitiveIfNecessary(field.getType()))
			.toList());
	}

	private static Stream<String> settings(Class<?> settings) {
		return Arrays.stream(settings.getDeclaredFields())
			.filter((field) -> !field.isAnnotationPresent(Deprecated.class))
			.map(MappingSettingTests::value);
	}

	private static String value(Field setting) {
		try {
			return String.valueOf(setting.get(null));
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static TestDatabase.Url withSchema(TestDatabase database, String schema) {
		TestDatabase.Url url = database.create();
		UserApplication.jdbc(url).sql("create schema \"" + schema + "\"").update();
		return url;
	}

	private static String catalog(TestDatabase.Url url) {
		return UserApplication.jdbc(url)
			.sql("select catalog_name from information_schema.schemata limit 1")
			.query(String.class)
			.single();
	}

	private static void worksIn(Class<?> application, TestDatabase.Url url, Map<String, String> settings,
			String... properties) {
		List<String> all = new ArrayList<>(List.of(properties));
		settings.forEach((setting, value) -> all.add("spring.jpa.properties." + setting + "=" + value));
		try (ConfigurableApplicationContext context = UserApplication.start(application, url,
				all.toArray(String[]::new))) {
			if (application == ConvertingApplication.class) {
				assertThat(context.getBean(EntityManagerFactory.class)
					.unwrap(SessionFactoryImplementor.class)
					.getTypeConfiguration()
					.getJavaTypeRegistry()
					.findDescriptor(String.class)).isInstanceOf(ConvertingApplication.RefusingTexts.class);
			}
			EveryOperation.runsIn(context, "news");
			makeRepositories(context.getBean(EntityManagerFactory.class));
		}
	}

	/**
	 * Has all queries translated, those too that no operation has run.
	 */
	private static void makeRepositories(EntityManagerFactory entityManagerFactory) {
		JpaRepositoryFactory factory = new JpaRepositoryFactory(
				SharedEntityManagerCreator.createSharedEntityManager(entityManagerFactory));
		assertThat(REPOSITORIES).contains(StackRepository.class);
		REPOSITORIES.forEach(factory::getRepository);
	}

	/**
	 * The columns of our tables, in order of their names.
	 */
	private static List<String> columns(TestDatabase.Url url) {
		return UserApplication.jdbc(url)
			.sql("""
					select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
					from information_schema.columns where lower(table_name) like 'appendonly\\_%'""")
			.query(String.class)
			.list()
			.stream()
			.map((column) -> column.toLowerCase(Locale.ROOT))
			.sorted()
			.toList();
	}

	/**
	 * A strategy that would quote and rename all tables and columns.
	 */
	public static class ShoutingNames extends PhysicalNamingStrategyStandardImpl {

		private static final long serialVersionUID = 1L;

		@Override
		public Identifier toPhysicalTableName(Identifier logicalName, JdbcEnvironment context) {
			return Identifier.toIdentifier("Shout " + logicalName.getText(), true);
		}

		@Override
		public Identifier toPhysicalColumnName(Identifier logicalName, JdbcEnvironment context) {
			return Identifier.toIdentifier("Shout " + logicalName.getText(), true);
		}

	}

}
