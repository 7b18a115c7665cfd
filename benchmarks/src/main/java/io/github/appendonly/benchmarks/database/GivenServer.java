package io.github.appendonly.benchmarks.database;

/**
 * A server of the user's, which is left as it is but for tables whose names begin with
 * {@code bench_}.
 *
 * @param access how to reach it
 */
public record GivenServer(Access access) implements DatabaseServer {

	@Override
	public boolean shared() {
		return !this.access.url().startsWith("jdbc:h2:") || this.access.url().startsWith("jdbc:h2:tcp:");
	}

}
