package io.github.appendonly.benchmarks.database;

import java.nio.file.Path;

/**
 * An H2 in a file, as durable as H2 is unless it is told otherwise: a commit is on the
 * disk half a second later.
 */
public final class H2File implements DatabaseServer {

	private final Path directory = TemporaryDirectory.create();

	@Override
	public Access access() {
		return new Access("jdbc:h2:file:" + this.directory.resolve("benchmarks") + ";DB_CLOSE_ON_EXIT=FALSE", "sa", "");
	}

	@Override
	public boolean shared() {
		return false;
	}

	@Override
	public void close() {
		TemporaryDirectory.delete(this.directory);
	}

}
