package io.github.appendonly.jpa.table;

/**
 * The database does not have the tables of the structures, or not all of them.
 */
public class TablesMissingException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Says what the database says.
	 * @param message what the database says of the table that it does not find
	 * @param cause the failure of the query
	 */
	public TablesMissingException(String message, Throwable cause) {
		super("Tables of the append-only structures are missing: " + message, cause);
	}

}
