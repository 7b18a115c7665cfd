package io.github.appendonly.jpa.sequencer;

import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Marks the failure of a pruner on its way to the caller, which gets the failure itself.
 * Without the mark, the failure could be mistaken for a failure of the database.
 */
public final class PrunerException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final Throwable failure;

	PrunerException(String message, Throwable failure) {
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
			throw PrunerException.<RuntimeException>unchecked(ex.failure);
		}
	}

	/**
	 * A pruner may be written in a language that does not check exceptions. Its failure
	 * reaches the caller as it is.
	 */
	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	private static <X extends Throwable> X unchecked(Throwable failure) throws X {
		throw (X) failure;
	}

	/**
	 * Returns the failure of a push as its caller gets it.
	 */
	static Throwable unwrapped(Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		return (cause instanceof PrunerException pruner) ? pruner.failure : cause;
	}

}
