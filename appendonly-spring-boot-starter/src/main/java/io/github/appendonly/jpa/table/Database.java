package io.github.appendonly.jpa.table;

import java.util.regex.Pattern;

import org.hibernate.dialect.Dialect;
import org.hibernate.dialect.H2Dialect;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.engine.jdbc.env.spi.ExtractedDatabaseMetaData;
import org.hibernate.engine.jdbc.env.spi.JdbcEnvironment;
import org.jspecify.annotations.Nullable;

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

	/**
	 * The versions of PostgreSQL itself, from the first one that has all that the
	 * statements need. Databases that only speak its protocol have others: CockroachDB
	 * has three numbers, YugabyteDB has letters after them, and Redshift and H2's server
	 * are older.
	 */
	private static final Pattern POSTGRESQL_VERSION = Pattern
		.compile("(1[2-9]|[2-9]\\d)(\\.\\d+|devel|alpha\\d+|beta\\d+|rc\\d+)( .*)?");

	/**
	 * Returns the database that Hibernate is connected to. The dialect does not tell:
	 * tests run with the dialect of PostgreSQL on H2. It only decides if Hibernate must
	 * not ask the database ({@code hibernate.boot.allow_jdbc_metadata_access=false}).
	 */
	static Database of(JdbcEnvironment environment) {
		ExtractedDatabaseMetaData metaData = environment.getExtractedDatabaseMetaData();
		String product = metaData.getDatabaseProductName();
		return (product != null) ? of(product, metaData.getDatabaseProductVersion()) : of(environment.getDialect());
	}

	static Database of(String product, @Nullable String version) {
		if (product.equals("H2")) {
			return H2;
		}
		boolean itself = product.equals("PostgreSQL") && version != null
				&& POSTGRESQL_VERSION.matcher(version).matches();
		return itself ? POSTGRESQL : OTHER;
	}

	private static Database of(Dialect dialect) {
		if (dialect instanceof H2Dialect) {
			return H2;
		}
		return (dialect instanceof PostgreSQLDialect) ? POSTGRESQL : OTHER;
	}

}
