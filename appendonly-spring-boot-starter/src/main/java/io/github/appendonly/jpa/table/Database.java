package io.github.appendonly.jpa.table;

import org.hibernate.dialect.Dialect;
import org.hibernate.dialect.H2Dialect;
import org.hibernate.dialect.PostgreSQLDialect;

/**
 * The databases for which statements differ.
 */
public enum Database {

	/** H2. */
	H2,

	/** PostgreSQL. */
	POSTGRESQL,

	/** Any other database. It gets portable statements. */
	OTHER;

	static Database of(Dialect dialect) {
		if (dialect instanceof H2Dialect) {
			return H2;
		}
		return (dialect instanceof PostgreSQLDialect) ? POSTGRESQL : OTHER;
	}

}
