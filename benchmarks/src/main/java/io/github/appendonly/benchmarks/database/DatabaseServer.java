package io.github.appendonly.benchmarks.database;

/**
 * A database that is there until it is closed.
 */
public interface DatabaseServer extends AutoCloseable {

	/**
	 * How to reach it.
	 * @return the access
	 */
	Access access();

	/**
	 * Whether other processes can reach it too.
	 * @return whether there is a server
	 */
	default boolean shared() {
		return true;
	}

	@Override
	default void close() {
	}

}
