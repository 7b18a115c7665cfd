package io.github.appendonly;

/**
 * Thrown when stored rows of a structure are not as they should be, for example because
 * somebody has changed a table, or has restored only some of the tables.
 * <p>
 * A read throws it where it would have to go on without items that are missing, or with
 * items whose positions are not certain. Positions before that and after it can still be
 * read. A push throws it instead of building on such rows, and nothing is stored then.
 * Another try has the same result until the rows are repaired.
 */
public class CorruptStructureException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final Damage damage;

	/**
	 * Creates the exception.
	 * @param damage what is not as it should be
	 */
	public CorruptStructureException(Damage damage) {
		super("Rows are damaged: " + damage
				+ ". Restore them from a backup, or drop the structure; verify(name) lists all damages of a structure");
		this.damage = damage;
	}

	/**
	 * Returns what is not as it should be.
	 * @return the first damage that was found
	 */
	public Damage damage() {
		return this.damage;
	}

}
