package io.github.appendonly.sample;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class H2RestartTests extends RestartTests {

	@TempDir
	private Path directory;

	@Override
	List<String> database() {
		return EmbeddedDatabases.h2(this.directory);
	}

}
