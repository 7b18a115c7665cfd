package io.github.appendonly.benchmarks.application;

import javax.sql.DataSource;

import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;

/**
 * Which kind of database the application is on.
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
			throw new IllegalStateException("The database does not tell what it is", ex);
		}
	}

}
