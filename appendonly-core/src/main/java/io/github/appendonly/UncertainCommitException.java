package io.github.appendonly;

/**
 * Thrown when a commit failed and nobody can tell whether it took effect, for example
 * because the connection broke before the database confirmed the commit.
 * <p>
 * The items of the commit are stored either all or not at all. The commit is not
 * repeated, because that could store them twice. A caller should look for its item before
 * it pushes again.
 */
public class UncertainCommitException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message what may or may not have been committed
	 * @param cause the failure of the commit
	 */
	public UncertainCommitException(String message, Throwable cause) {
		super(message, cause);
	}

}
