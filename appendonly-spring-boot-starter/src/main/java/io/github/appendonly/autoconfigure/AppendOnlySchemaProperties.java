package io.github.appendonly.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.jdbc.init.DatabaseInitializationProperties;

/**
 * Configuration properties for the tables of append-only structures.
 */
@ConfigurationProperties("appendonly.jdbc")
public final class AppendOnlySchemaProperties extends DatabaseInitializationProperties {

	/** The default location of the scripts. */
	static final String DEFAULT_SCHEMA_LOCATION = "classpath:db/appendonly/@@platform@@/*.sql";

	/**
	 * Creates properties that stop at the first error. The scripts create only what is
	 * missing, so an error is never expected.
	 */
	public AppendOnlySchemaProperties() {
		setContinueOnError(false);
	}

	@Override
	public String getDefaultSchemaLocation() {
		return DEFAULT_SCHEMA_LOCATION;
	}

}
