package io.github.appendonly.benchmarks.database;

/**
 * A database that exists until it is closed.
 */
public interface DatabaseServer extends AutoCloseable {

	/**
	 * The access to the database.
	 * @return the access
	 */
	Access access();

	/**
	 * Whether other processes can use it too.
	 * @return whether there is a server
	 */
	default boolean shared() {
		return true;
	}

	@Override
	default void close() {
	}

}
