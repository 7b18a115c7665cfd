package io.github.appendonly.benchmarks.database;

import java.nio.file.Path;

/**
 * An H2 in a file, as durable as H2 is unless it is told otherwise: a commit is on the
 * disk half a second later. Only that it gives the last result again when the same query
 * comes twice is switched off: it would make a reader look fast who reads the same again
 * and again, which none does while others write.
 */
public final class H2File implements DatabaseServer {

	private final Path directory = TemporaryDirectory.create();

	@Override
	public Access access() {
		return new Access("jdbc:h2:file:" + this.directory.resolve("benchmarks")
				+ ";DB_CLOSE_ON_EXIT=FALSE;OPTIMIZE_REUSE_RESULTS=0", "sa", "");
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
