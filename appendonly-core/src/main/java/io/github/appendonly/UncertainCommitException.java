package io.github.appendonly;

/**
 * A commit of which nobody can say whether it took effect: the connection broke while it
 * was being confirmed, say.
 * <p>
 * What was to be committed is there as a whole or not at all. It is not tried again,
 * since that could do it twice.
 */
public class UncertainCommitException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Says what is uncertain.
	 * @param message what may or may not have been committed
	 * @param cause the failure of the commit
	 */
	public UncertainCommitException(String message, Throwable cause) {
		super(message, cause);
	}

}
