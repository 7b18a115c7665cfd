package io.github.appendonly.jpa.table;

/**
 * Thrown when the database does not have all tables of the structures.
 */
public class TablesMissingException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message the message of the database about the missing table
	 * @param cause the failure of the query
	 */
	public TablesMissingException(String message, Throwable cause) {
		super("Tables of the append-only structures are missing: " + message, cause);
	}

}
