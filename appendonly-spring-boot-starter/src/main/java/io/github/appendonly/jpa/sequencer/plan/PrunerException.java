package io.github.appendonly.jpa.sequencer.plan;

import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

import io.github.appendonly.internal.Errors;

/**
 * Marks the failure of a pruner on its way to the caller, which gets the failure itself.
 * Without the mark, the failure could be mistaken for a failure of the database.
 */
public final class PrunerException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final Throwable failure;

	public PrunerException(String message, Throwable failure) {
		super(message, failure);
		this.failure = failure;
	}

	/**
	 * Runs a push. If a pruner fails, its failure is thrown without the mark.
	 */
	public static <R> R unwrapped(Supplier<R> push) {
		try {
			return push.get();
		}
		catch (PrunerException ex) {
			throw Errors.unchecked(ex.failure);
		}
	}

	/**
	 * Returns the failure of a push as its caller gets it.
	 */
	public static Throwable unwrapped(Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		return (cause instanceof PrunerException pruner) ? pruner.failure : cause;
	}

}
