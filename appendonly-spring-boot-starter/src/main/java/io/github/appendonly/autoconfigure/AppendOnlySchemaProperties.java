package io.github.appendonly.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.jdbc.init.DatabaseInitializationProperties;

/**
 * Configuration properties for the tables of append-only structures.
 */
@ConfigurationProperties("appendonly.jdbc")
public final class AppendOnlySchemaProperties extends DatabaseInitializationProperties {

	/** Where the scripts are, unless said otherwise. */
	static final String DEFAULT_SCHEMA_LOCATION = "classpath:db/appendonly/@@platform@@/*.sql";

	/**
	 * Stops at the first error: the scripts create only what is missing, so an error
	 * means something.
	 */
	public AppendOnlySchemaProperties() {
		setContinueOnError(false);
	}

	@Override
	public String getDefaultSchemaLocation() {
		return DEFAULT_SCHEMA_LOCATION;
	}

}
