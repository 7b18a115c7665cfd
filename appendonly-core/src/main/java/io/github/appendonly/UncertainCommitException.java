package io.github.appendonly;

/**
 * Thrown when a commit failed and nobody can tell whether it took effect, for example
 * because the connection broke before the database confirmed the commit. What the
 * database has refused is certain, and is never reported with this exception.
 * <p>
 * The items of the commit are stored either all or not at all. The commit is not
 * repeated, because that could store them twice.
 * <p>
 * The database may still be working on the commit. So a caller that looks for its item
 * and does not find it must first fence the stack, if that is {@link #isFenceable()
 * possible}. Then it may look again, and push again.
 */
public class UncertainCommitException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final boolean fenceable;

	/**
	 * Creates the exception of a commit that cannot be fenced.
	 * @param message what may or may not have been committed
	 * @param cause the failure of the commit
	 */
	public UncertainCommitException(String message, Throwable cause) {
		this(message, cause, false);
	}

	/**
	 * Creates the exception.
	 * @param message what may or may not have been committed
	 * @param cause the failure of the commit
	 * @param fenceable whether the commit can be fenced
	 */
	public UncertainCommitException(String message, Throwable cause, boolean fenceable) {
		super(message, cause);
		this.fenceable = fenceable;
	}

	/**
	 * Returns whether the commit can be fenced, with {@code fence(name)} of the
	 * structures in the database. Afterwards its items are stored, or never will be.
	 * @return whether it can; not if items were on their way to the inbox of a stack, or
	 * to an accumulator
	 */
	public boolean isFenceable() {
		return this.fenceable;
	}

}
