package io.github.appendonly.jpa.transaction;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;

import javax.sql.DataSource;

import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

/**
 * Connections on which the server must answer in time.
 */
class ConnectionsTests {

	private static String answer(Connection connection, String query) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(query)) {
			result.next();
			return result.getString(1);
		}
	}

	@Test
	void poolThatKnowsNoLimitsWorksWithoutThem() throws SQLException {
		Connection connection = mock(Connection.class);
		when(connection.getNetworkTimeout()).thenThrow(new SQLFeatureNotSupportedException());
		assertThat(Connections.<String>within(Duration.ofMinutes(1), connection, (unlimited) -> "done"))
			.isEqualTo("done");
	}

	@Test
	void serverThatDoesNotAnswerInTimeFailsTheWork() throws SQLException {
		DataSource dataSource = TestDatabase.POSTGRESQL.shared().bean(DataSource.class);
		try (Connection connection = dataSource.getConnection()) {
			connection.setNetworkTimeout(Runnable::run, 123_000);
			assertThat(Connections.<String>within(Duration.ofMinutes(1), connection,
					(bounded) -> answer(bounded, "select 'a' || pg_sleep(0)")))
				.isEqualTo("a");
			assertThat(connection.getNetworkTimeout()).isEqualTo(123_000);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> Connections.within(Duration.ofMillis(50),
					connection, (bounded) -> answer(bounded, "select pg_sleep(60)")));
			assertThat(connection.isValid(1)).isFalse();
		}
	}

}
