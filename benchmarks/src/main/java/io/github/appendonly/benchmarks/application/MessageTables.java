package io.github.appendonly.benchmarks.application;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Creates the table of the message store from the script in its jar.
 */
final class MessageTables {

	static final String PREFIX = "BENCH_INT_";

	private static final Pattern STATEMENT = Pattern
		.compile("CREATE (SEQUENCE INT_MESSAGE_SEQ|TABLE INT_CHANNEL_MESSAGE|INDEX INT_CHANNEL_MSG)[^;]*;");

	private MessageTables() {
	}

	static void createMissing(JdbcClient jdbc, Dialect dialect) {
		boolean there = jdbc.sql("select count(*) from information_schema.tables where lower(table_name) = ?")
			.param((PREFIX + "CHANNEL_MESSAGE").toLowerCase(Locale.ROOT))
			.query(Integer.class)
			.single() > 0;
		if (!there) {
			STATEMENT.matcher(script(dialect))
				.results()
				.forEach((found) -> jdbc.sql(found.group().replace("INT_", PREFIX).replace(";", "")).update());
		}
	}

	private static String script(Dialect dialect) {
		String name = "org/springframework/integration/jdbc/schema-" + dialect.name().toLowerCase(Locale.ROOT) + ".sql";
		try {
			return new ClassPathResource(name).getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
