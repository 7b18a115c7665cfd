package io.github.appendonly.jpa.transaction;

import io.github.appendonly.internal.Errors;
import io.github.appendonly.UncertainCommitException;
import java.util.function.Function;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import org.hibernate.exception.ConstraintViolationException;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.UncategorizedDataAccessException;
import org.springframework.orm.jpa.hibernate.HibernateExceptionTranslator;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.UnexpectedRollbackException;

/**
 * Classifies failures of the database.
 */
public final class DatabaseFailures {

	private static final HibernateExceptionTranslator TRANSLATOR = new HibernateExceptionTranslator();

	/**
	 * SQL states with which the outcome of a statement is unknown: the connection was
	 * lost (class 08, 40003, and the server's shutdown in 57P0), or the driver has failed
	 * by itself. Those with five digits from 90007 are of H2, whose database was closed,
	 * or could not write its file. With any other state, the database has answered: the
	 * statement, or the commit, is refused and has had no effect.
	 */
	private static final Pattern OUTCOME_UNKNOWN = Pattern
		.compile("08...|40003|57P0.|60000|99999|HY0..|900(07|28|30|31|67|98)|901(08|21)");

	/**
	 * SQL states with which any other work would have failed too: the database is full,
	 * cannot write, has too many connections or shuts down.
	 */
	private static final Pattern DATABASE_UNUSABLE = Pattern.compile("25006|53100|53300|57P0.|58...|90100");

	/**
	 * SQL states with which the same statement may succeed later: it was cancelled, or
	 * has taken too long, or resources were lacking.
	 */
	private static final Pattern LATER = Pattern.compile("57014|53...|HYT0.");

	private DatabaseFailures() {
	}

	/**
	 * Returns the exception of Spring that corresponds to an exception of Hibernate.
	 * Other exceptions are returned as they are.
	 */
	public static RuntimeException translated(RuntimeException failure) {
		RuntimeException translated = TRANSLATOR.translateExceptionIfPossible(failure);
		return (translated != null) ? translated : failure;
	}

	/**
	 * Returns whether a transaction was rolled back because of another one. A violated
	 * unique key counts too, because a race may be lost that way.
	 */
	public static boolean isTransient(Throwable failure) {
		return (failure instanceof ConcurrencyFailureException || isUniqueViolation(failure))
				&& reports(failure).stream().noneMatch((report) -> hasState(report, OUTCOME_UNKNOWN));
	}

	private static boolean isUniqueViolation(Throwable failure) {
		return failure instanceof DataIntegrityViolationException
				&& failure.getCause() instanceof ConstraintViolationException violation
				&& violation.getKind() == ConstraintViolationException.ConstraintKind.UNIQUE;
	}

	/**
	 * Returns whether the database could not be reached.
	 */
	public static boolean isOutage(Throwable failure) {
		return failure instanceof CannotCreateTransactionException
				|| failure instanceof DataAccessResourceFailureException;
	}

	/**
	 * Returns whether a failure comes from the state of the database and not from the
	 * attempted work. Other work would have failed as well.
	 */
	public static boolean isOfDatabase(Throwable failure) {
		return isTransient(failure) || isOutage(failure)
				|| reports(failure).stream().anyMatch((report) -> hasState(report, DATABASE_UNUSABLE));
	}

	/**
	 * Returns whether a statement that commits by itself may have taken effect although
	 * it failed.
	 */
	public static boolean isUncertain(Throwable failure) {
		List<SQLException> reports = reports(failure);
		return reports.isEmpty() ? failure instanceof UncategorizedDataAccessException || isOutage(failure)
				: reports.stream().anyMatch(DatabaseFailures::isOutcomeUnknown);
	}

	/**
	 * Returns whether a read that has failed may succeed later: nothing is wrong with
	 * what it reads, nor with how.
	 */
	public static boolean mayReadLater(Throwable failure) {
		return isOfDatabase(failure) || isUncertain(failure) || failure instanceof QueryTimeoutException
				|| reports(failure).stream().anyMatch((report) -> hasState(report, LATER));
	}

	/**
	 * Returns the exception for the callers of a statement that commits by itself and has
	 * failed. Errors that must not be taken for an outcome are thrown.
	 * @param failure the failure
	 * @param writing whether the statement may have reached the database
	 * @param purpose what a connection was needed for, for the message
	 * @param uncertain makes the exception if the outcome is unknown
	 */
	public static RuntimeException ofStatement(Throwable failure, boolean writing, String purpose,
			Function<Throwable, UncertainCommitException> uncertain) {
		if (failure instanceof Error error) {
			if (Errors.endJvm(error) || !writing) {
				throw error;
			}
		}
		else if (failure instanceof RuntimeException exception && !isUncertain(exception)) {
			return exception;
		}
		return writing ? uncertain.apply(failure)
				: new CannotCreateTransactionException("Could not obtain a connection " + purpose, failure);
	}

	/**
	 * Returns the exception for the callers of an own transaction that has failed. Errors
	 * that must not be taken for an outcome are thrown.
	 * @param failure the failure
	 * @param written whether everything was written, so that only the commit can have
	 * failed
	 * @param uncertain makes the exception if the outcome is unknown
	 */
	public static RuntimeException ofTransaction(Throwable failure, boolean written,
			Function<Throwable, UncertainCommitException> uncertain) {
		if (failure instanceof Error error) {
			if (Errors.endJvm(error) || !written) {
				throw error;
			}
		}
		else if (failure instanceof RuntimeException exception
				&& (!written || isTransient(exception) || !isUncertainCommit(exception))) {
			return exception;
		}
		return uncertain.apply(failure);
	}

	/**
	 * Returns whether a transaction may have been committed although its commit failed.
	 */
	public static boolean isUncertainCommit(Throwable failure) {
		List<SQLException> reports = reports(failure);
		return reports.isEmpty() ? !(failure instanceof UnexpectedRollbackException)
				: reports.stream().anyMatch(DatabaseFailures::isOutcomeUnknown);
	}

	/**
	 * A driver also reports what it cannot read of the answer. If the server ends after
	 * an error, the driver reports the error first and the lost connection next.
	 */
	private static boolean isOutcomeUnknown(SQLException report) {
		String state = report.getSQLState();
		return state == null || state.length() != 5 || hasState(report, OUTCOME_UNKNOWN)
				|| report.getCause() instanceof IOException || report.getCause() instanceof Error;
	}

	private static boolean hasState(SQLException report, Pattern states) {
		return report.getSQLState() != null && states.matcher(report.getSQLState()).matches();
	}

	/**
	 * Returns what the driver has reported, with everything that it has reported next.
	 */
	private static List<SQLException> reports(Throwable failure) {
		Throwable cause = failure;
		while (cause != null && !(cause instanceof SQLException)) {
			cause = cause.getCause();
		}
		List<SQLException> reports = new ArrayList<>();
		SQLException next = (SQLException) cause;
		while (next != null && !reports.contains(next)) {
			reports.add(next);
			next = next.getNextException();
		}
		return reports;
	}

}
