package io.github.appendonly.jpa.transaction;

import java.io.IOException;
import java.sql.SQLException;

import org.hibernate.exception.GenericJDBCException;
import org.hibernate.exception.JDBCConnectionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.UnexpectedRollbackException;

import static org.assertj.core.api.Assertions.assertThat;

class DatabaseFailuresTests {

	private static RuntimeException failure(SQLException report) {
		return DatabaseFailures.translated(new GenericJDBCException("statement", report));
	}

	private static void assertUncertain(RuntimeException failure, boolean uncertain) {
		assertThat(DatabaseFailures.isUncertain(failure)).isEqualTo(uncertain);
		assertThat(DatabaseFailures.isUncertainCommit(new TransactionSystemException("commit", failure)))
			.isEqualTo(uncertain);
	}

	/**
	 * States of PostgreSQL, of its triggers ("ZX001") and of H2 with which the database
	 * refuses a statement or a commit.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "53100", "53200", "53400", "25006", "25P02", "25P03", "P0001", "0A000", "42501", "42P01",
			"42703", "57014", "22001", "23514", "54000", "55006", "58030", "XX000", "40001", "40P01", "ZX001", "HYT00",
			"90039", "90100", "90112" })
	void refusalIsCertain(String state) {
		assertUncertain(failure(new SQLException("refused", state)), false);
	}

	/**
	 * States with which the connection or the database has gone, of the drivers
	 * themselves, and none at all.
	 */
	@ParameterizedTest
	@NullAndEmptySource
	@ValueSource(strings = { "08000", "08003", "08006", "08007", "08P01", "40003", "57P01", "57P02", "57P05", "99999",
			"60000", "HY000", "90007", "90028", "90067", "90098", "90108", "90121" })
	void lostConnectionIsUncertain(@Nullable String state) {
		assertUncertain(failure(new SQLException("lost", state)), true);
	}

	@Test
	void refusalWithWhichTheConnectionWasLostIsUncertain() {
		SQLException panic = new SQLException("PANIC: could not write to file", "53100");
		panic.setNextException(new SQLException("An I/O error occurred", "08006"));
		assertUncertain(failure(panic), true);
	}

	@Test
	void answerThatTheDriverCannotReadIsUncertain() {
		assertUncertain(failure(new SQLException("out of memory", "53200", new OutOfMemoryError())), true);
		assertUncertain(failure(new SQLException("input", "58030", new IOException())), true);
	}

	@Test
	void failureWithoutReportIsUncertainOnlyAtACommit() {
		assertThat(DatabaseFailures.isUncertain(new IllegalStateException())).isFalse();
		assertThat(DatabaseFailures.isUncertain(new DataAccessResourceFailureException("gone"))).isTrue();
		assertThat(DatabaseFailures.isUncertainCommit(new IllegalStateException())).isTrue();
		assertThat(DatabaseFailures.isUncertainCommit(new UnexpectedRollbackException("rolled back"))).isFalse();
	}

	/**
	 * Then the pushes of a batch fail together, without being tried one by one.
	 */
	@Test
	void otherWorkWouldFailTooIfTheDatabaseIsUnusable() {
		for (String state : new String[] { "53100", "53300", "25006", "57P01", "57P03", "58030", "90100" }) {
			assertThat(DatabaseFailures.isOfDatabase(failure(new SQLException("unusable", state)))).as(state).isTrue();
		}
		assertThat(DatabaseFailures.isOfDatabase(
				DatabaseFailures.translated(new JDBCConnectionException("lost", new SQLException("lost", "08006")))))
			.isTrue();
		for (String state : new String[] { "P0001", "22001", "42501", "53200", "54000", "57014" }) {
			assertThat(DatabaseFailures.isOfDatabase(failure(new SQLException("refused", state)))).as(state).isFalse();
		}
	}

	/**
	 * A read that was cancelled or has taken too long, or for which there was no memory.
	 * PostgreSQL and H2 have the same state for the first.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "57014", "53000", "53200", "53300", "53400", "57P01", "08006", "HYT00" })
	void readMaySucceedLater(String state) {
		assertThat(DatabaseFailures.mayReadLater(failure(new SQLException("refused", state)))).isTrue();
	}

	@Test
	void readThatTookTooLongMaySucceedLater() {
		assertThat(DatabaseFailures.mayReadLater(new QueryTimeoutException("slow"))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "42501", "42P01", "42703", "22001", "XX001", "42S02" })
	void refusedReadWouldBeRefusedAgain(String state) {
		assertThat(DatabaseFailures.mayReadLater(failure(new SQLException("refused", state)))).isFalse();
		assertThat(DatabaseFailures.mayReadLater(new IllegalStateException())).isFalse();
	}

}
