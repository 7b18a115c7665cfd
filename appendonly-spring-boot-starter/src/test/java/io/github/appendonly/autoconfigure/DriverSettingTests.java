package io.github.appendonly.autoconfigure;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.appendonly.jpa.TestDatabase;
import org.h2.engine.Mode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGProperty;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The structures work with any setting of the JDBC driver that changes how statements are
 * sent and read, and in any mode of H2.
 */
class DriverSettingTests {

	/**
	 * Settings of PostgreSQL's driver that concern statements and results, with values.
	 */
	private static final Map<String, List<String>> STATEMENTS = new LinkedHashMap<>();

	static {
		STATEMENTS.put("preferQueryMode", List.of("simple", "extendedForPrepared", "extendedCacheEverything"));
		STATEMENTS.put("autosave", List.of("always", "conservative"));
		STATEMENTS.put("stringtype", List.of("unspecified"));
		STATEMENTS.put("prepareThreshold", List.of("0", "1", "-1"));
		STATEMENTS.put("binaryTransfer", List.of("false"));
		STATEMENTS.put("defaultRowFetchSize", List.of("1"));
		STATEMENTS.put("preparedStatementCacheQueries", List.of("0"));
		STATEMENTS.put("readOnlyMode", List.of("always"));
		STATEMENTS.put("options",
				List.of("-c%20standard_conforming_strings=off", "-c%20default_transaction_isolation=serializable"));
	}

	/** Other settings that concern statements and results: all at once. */
	private static final Map<String, String> OTHERS = Map.ofEntries(Map.entry("adaptiveFetch", "true"),
			Map.entry("adaptiveFetchMinimum", "1"), Map.entry("adaptiveFetchMaximum", "2"),
			Map.entry("allowEncodingChanges", "true"), Map.entry("assumeMinServerVersion", "12"),
			Map.entry("binaryTransferDisable", "20,23,25"), Map.entry("binaryTransferEnable", "1184"),
			Map.entry("cleanupSavepoints", "true"), Map.entry("convertBooleanToNumeric", "true"),
			Map.entry("disableColumnSanitiser", "true"), Map.entry("escapeSyntaxCallMode", "call"),
			Map.entry("flushCacheOnDdl", "false"), Map.entry("groupStartupParameters", "true"),
			Map.entry("hideUnprivilegedObjects", "true"), Map.entry("logServerErrorDetail", "false"),
			Map.entry("maxResultBuffer", "10M"), Map.entry("maxSendBufferSize", "1024"),
			Map.entry("databaseMetadataCacheFields", "0"), Map.entry("databaseMetadataCacheFieldsMiB", "0"),
			Map.entry("preparedStatementCacheSizeMiB", "0"), Map.entry("queryTimeout", "60"),
			Map.entry("quoteReturningIdentifiers", "false"), Map.entry("reWriteBatchedInserts", "true"),
			Map.entry("reWriteBatchedInsertsSize", "2"), Map.entry("unknownLength", "1"),
			Map.entry("currentSchema", "public"), Map.entry("readOnly", "false"),
			Map.entry("cancelSignalTimeout", "1"));

	/** Settings that only concern how the driver connects and what it logs. */
	private static final Set<String> CONNECTING = Set.of("ApplicationName", "authenticationPluginClassName",
			"channelBinding", "classLoaderStrategy", "connectExecutor", "connectExecutorArg", "connectTimeout",
			"gssEncMode", "gsslib", "gssResponseTimeout", "gssUseDefaultCreds", "hostRecheckSeconds",
			"jaasApplicationName", "jaasLogin", "kerberosServerName", "loadBalanceHosts", "localSocketAddress",
			"loggerFile", "loggerLevel", "loginTimeout", "logUnclosedConnections", "password", "pemKeyAlgorithm",
			"PGDBNAME", "PGHOST", "PGPORT", "protocolVersion", "receiveBufferSize", "replication", "requireAuth",
			"scramMaxIterations", "sendBufferSize", "service", "socketFactory", "socketFactoryArg", "socketTimeout",
			"ssl", "sslcert", "sslfactory", "sslfactoryarg", "sslhostnameverifier", "sslkey", "sslmode",
			"sslNegotiation", "sslpassword", "sslpasswordcallback", "sslResponseTimeout", "sslrootcert",
			"sspiServiceClass", "targetServerType", "tcpKeepAlive", "tcpNoDelay", "user", "useSpnego",
			"xmlFactoryFactory");

	private final AtomicInteger runs = new AtomicInteger(10);

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void driverOfPostgresql(boolean portable) {
		try (ConfigurableApplicationContext context = UserApplication.start(SwitchingApplication.class,
				TestDatabase.POSTGRESQL.create(), "appendonly.portable-sql=" + portable)) {
			STATEMENTS
				.forEach((setting, values) -> values.forEach((value) -> worksWith(context, Map.of(setting, value))));
			worksWith(context, OTHERS);
		}
	}

	private void worksWith(ConfigurableApplicationContext context, Map<String, String> settings) {
		DelegatingDataSource dataSource = context.getBean(DelegatingDataSource.class);
		HikariDataSource plain = context.getBean(HikariDataSource.class);
		StringBuilder url = new StringBuilder(plain.getJdbcUrl());
		settings.forEach((setting, value) -> url.append('&').append(setting).append('=').append(value));
		try (HikariDataSource set = pool(url.toString())) {
			dataSource.setTargetDataSource(set);
			assertWorks(context, settings.toString());
		}
		finally {
			dataSource.setTargetDataSource(plain);
		}
	}

	@Test
	void noSettingOfTheDriverIsOverlooked() {
		Set<String> known = new TreeSet<>(CONNECTING);
		known.addAll(STATEMENTS.keySet());
		known.addAll(OTHERS.keySet());
		assertThat(known).as("A setting that is new: does it concern statements?")
			.containsAll(Arrays.stream(PGProperty.values()).map(PGProperty::getName).toList());
		assertThat(STATEMENTS.get("preferQueryMode")).containsAll(others(PGProperty.PREFER_QUERY_MODE));
		assertThat(STATEMENTS.get("autosave")).containsAll(others(PGProperty.AUTOSAVE));
	}

	private static List<String> others(PGProperty setting) {
		return Arrays.stream(setting.getChoices())
			.filter((choice) -> !choice.equals(setting.getDefaultValue()))
			.toList();
	}

	@Test
	void modesOfH2() {
		TestDatabase.Url url = TestDatabase.H2.create();
		try (ConfigurableApplicationContext context = UserApplication.start(EmptyApplication.class, url)) {
			for (Mode.ModeEnum mode : Mode.ModeEnum.values()) {
				UserApplication.jdbc(url).sql("set mode " + mode).update();
				assertWorks(context, "mode " + mode);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "false", "true" })
	void h2InPlaceOfPostgresql(String portable) {
		TestDatabase.Url url = TestDatabase.H2.create();
		try (ConfigurableApplicationContext context = UserApplication.start(EmptyApplication.class,
				new TestDatabase.Url(url.url() + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH"),
				"spring.jpa.database-platform=org.hibernate.dialect.PostgreSQLDialect",
				"spring.jpa.hibernate.ddl-auto=none", "appendonly.portable-sql=" + portable)) {
			assertWorks(context, url.url());
		}
	}

	private void assertWorks(ConfigurableApplicationContext context, String description) {
		try {
			EveryOperation.runsIn(context, "news" + this.runs.incrementAndGet());
		}
		catch (RuntimeException | AssertionError ex) {
			throw new AssertionError("Does not work with " + description, ex);
		}
	}

	private static HikariDataSource pool(String url) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(url);
		config.setUsername("postgres");
		config.setPassword("postgres");
		config.setMinimumIdle(0);
		return new HikariDataSource(config);
	}

	/**
	 * An application whose pool can be replaced.
	 */
	@SpringBootConfiguration
	@EnableAutoConfiguration
	@AutoConfigurationPackage(basePackageClasses = EmptyApplication.class)
	static class SwitchingApplication {

		@Bean(defaultCandidate = false)
		HikariDataSource plainPool(@Value("${spring.datasource.url}") String url) {
			return pool(url);
		}

		@Bean
		DelegatingDataSource dataSource(@Qualifier("plainPool") HikariDataSource plain) {
			return new DelegatingDataSource(plain);
		}

	}

}
