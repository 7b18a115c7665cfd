package io.github.appendonly.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.github.appendonly.jpa.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Starts applications as users write them.
 */
public final class UserApplication {

	private UserApplication() {
	}

	/**
	 * Starts one on a database whose tables the scripts create; what they and the
	 * application's entities need is validated.
	 */
	public static ConfigurableApplicationContext start(Class<?> application, TestDatabase.Url url,
			String... properties) {
		List<String> all = new ArrayList<>(List.of(url.properties()));
		all.addAll(List.of("spring.flyway.enabled=false", "appendonly.jdbc.initialize-schema=always",
				"spring.jpa.hibernate.ddl-auto=validate"));
		all.addAll(List.of(properties));
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.properties(all.toArray(String[]::new))
			.run();
	}

	/**
	 * Works on a database without an application.
	 */
	static JdbcClient jdbc(TestDatabase.Url url) {
		return JdbcClient.create(dataSource(url.url()));
	}

	static DriverManagerDataSource dataSource(String url) {
		boolean h2 = url.contains(":h2:");
		return new DriverManagerDataSource(url, h2 ? "sa" : "postgres", h2 ? "" : "postgres");
	}

	/**
	 * The tables of ours that a database has, in whatever schema.
	 */
	static List<String> tables(TestDatabase.Url url) {
		return jdbc(url).sql("""
				select lower(table_schema) || '.' || lower(table_name) from information_schema.tables
				where lower(table_name) like '%\\_archived\\_layer' order by 1""").query(String.class).list();
	}

	/**
	 * What a failure analyzer of ours says of why an application did not start.
	 */
	static FailureAnalysis analysis(@Nullable Throwable failure) {
		List<FailureAnalyzer> analyzers = SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, SpringFactoriesLoader.FailureHandler.handleMessage((message, ex) -> {
			}));
		return analyzers.stream()
			.filter((analyzer) -> analyzer.getClass().getName().startsWith("io.github.appendonly."))
			.map((analyzer) -> analyzer.analyze(Objects.requireNonNull(failure)))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseThrow(() -> new AssertionError("Not analyzed", failure));
	}

}
