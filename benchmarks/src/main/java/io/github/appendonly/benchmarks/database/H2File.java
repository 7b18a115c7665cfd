package io.github.appendonly.benchmarks.database;

import java.nio.file.Path;

/**
 * An H2 database in a file. It is as durable as H2 with default settings: commits reach
 * the disk up to half a second later.
 * <p>
 * H2 would answer a repeated query with its last result. That is disabled, because it
 * would flatter contenders that read the same items again and again. No reader does that
 * while others write.
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
