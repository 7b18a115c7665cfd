package io.github.appendonly.jpa.transaction;

import org.hibernate.exception.ConstraintViolationException;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.UncategorizedDataAccessException;
import org.springframework.orm.jpa.hibernate.HibernateExceptionTranslator;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Says what failures of the database mean.
 */
public final class DatabaseFailures {

	private static final HibernateExceptionTranslator TRANSLATOR = new HibernateExceptionTranslator();

	private DatabaseFailures() {
	}

	/**
	 * The exception that Spring has for one of Hibernate.
	 */
	public static RuntimeException translated(RuntimeException failure) {
		RuntimeException translated = TRANSLATOR.translateExceptionIfPossible(failure);
		return (translated != null) ? translated : failure;
	}

	/**
	 * Whether a transaction was rolled back because of another one. A race may be lost by
	 * running into a unique key, too.
	 */
	public static boolean isTransient(Throwable failure) {
		return failure instanceof ConcurrencyFailureException || (failure instanceof DataIntegrityViolationException
				&& failure.getCause() instanceof ConstraintViolationException violation
				&& violation.getKind() == ConstraintViolationException.ConstraintKind.UNIQUE);
	}

	/**
	 * Whether the database could not be reached.
	 */
	public static boolean isOutage(Throwable failure) {
		return failure instanceof CannotCreateTransactionException
				|| failure instanceof DataAccessResourceFailureException;
	}

	/**
	 * Whether a failure comes from the state of the database, not from the work that was
	 * tried: other work would have failed as well.
	 */
	public static boolean isOfDatabase(Throwable failure) {
		return isTransient(failure) || isOutage(failure);
	}

	/**
	 * Whether a statement that commits by itself may have been carried out although it
	 * failed.
	 */
	public static boolean isUncertain(Throwable failure) {
		return failure instanceof UncategorizedDataAccessException || isOutage(failure);
	}

}
