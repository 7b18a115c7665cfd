package io.github.appendonly.jpa.transaction;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Makes connections outside of the application's pool.
 */
@FunctionalInterface
public interface ConnectionSource {

	/**
	 * Makes a connection to the database of the structures.
	 * @return the connection, to be closed by the caller
	 * @throws SQLException if the database cannot be reached
	 */
	Connection open() throws SQLException;

}
