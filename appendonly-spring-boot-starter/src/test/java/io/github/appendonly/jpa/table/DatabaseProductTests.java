package io.github.appendonly.jpa.table;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a driver says of its database decides which statements it gets.
 */
class DatabaseProductTests {

	@ParameterizedTest
	@ValueSource(strings = { "18.0", "12.0", "13.22", "20.1", "16.3 (Debian 16.3-1.pgdg120+1)", "19devel", "18beta1",
			"18rc2", "17.0 - Percona Server for PostgreSQL 17.0.1" })
	void postgresqlItself(String version) {
		assertThat(Database.of("PostgreSQL", version)).isEqualTo(Database.POSTGRESQL);
	}

	/**
	 * CockroachDB, YugabyteDB, Redshift and H2's server for PostgreSQL's protocol, and
	 * versions of PostgreSQL that are too old.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "13.0.0", "11.2-YB-2.20.1.0-b0", "15.12-YB-2025.1.0.0-b0", "8.0.2", "8.2.23", "11.22",
			"10.23" })
	void databaseThatOnlySpeaksItsProtocol(String version) {
		assertThat(Database.of("PostgreSQL", version)).isEqualTo(Database.OTHER);
	}

	@Test
	void others() {
		assertThat(Database.of("H2", "2.4.240")).isEqualTo(Database.H2);
		assertThat(Database.of("MariaDB", "11.4.2")).isEqualTo(Database.OTHER);
		assertThat(Database.of("PostgreSQL", null)).isEqualTo(Database.OTHER);
	}

}
