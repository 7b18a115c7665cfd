package io.github.appendonly.benchmarks.application;

import javax.sql.DataSource;

import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;

/**
 * The kind of database.
 */
public enum Dialect {

	/** PostgreSQL. */
	POSTGRESQL,

	/** H2. */
	H2;

	static Dialect of(DataSource dataSource) {
		try {
			String product = JdbcUtils.extractDatabaseMetaData(dataSource,
					(metaData) -> metaData.getDatabaseProductName());
			return (DatabaseDriver.fromProductName(product) == DatabaseDriver.H2) ? H2 : POSTGRESQL;
		}
		catch (MetaDataAccessException ex) {
			throw new IllegalStateException("Cannot detect the kind of database", ex);
		}
	}

}
