package io.github.appendonly.jpa.transaction;

import org.hibernate.exception.ConstraintViolationException;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.UncategorizedDataAccessException;
import org.springframework.orm.jpa.hibernate.HibernateExceptionTranslator;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Classifies failures of the database.
 */
public final class DatabaseFailures {

	private static final HibernateExceptionTranslator TRANSLATOR = new HibernateExceptionTranslator();

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
		return failure instanceof ConcurrencyFailureException || (failure instanceof DataIntegrityViolationException
				&& failure.getCause() instanceof ConstraintViolationException violation
				&& violation.getKind() == ConstraintViolationException.ConstraintKind.UNIQUE);
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
		return isTransient(failure) || isOutage(failure);
	}

	/**
	 * Returns whether a statement that commits by itself may have taken effect although
	 * it failed.
	 */
	public static boolean isUncertain(Throwable failure) {
		return failure instanceof UncategorizedDataAccessException || isOutage(failure);
	}

}
