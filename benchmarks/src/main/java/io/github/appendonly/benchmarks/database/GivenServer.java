package io.github.appendonly.benchmarks.database;

/**
 * The user's own server. Only tables whose names begin with {@code bench_} are changed.
 *
 * @param access the access to the server
 */
public record GivenServer(Access access) implements DatabaseServer {

	@Override
	public boolean shared() {
		return !this.access.url().startsWith("jdbc:h2:") || this.access.url().startsWith("jdbc:h2:tcp:");
	}

}
