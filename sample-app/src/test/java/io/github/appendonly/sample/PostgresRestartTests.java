package io.github.appendonly.sample;

import java.util.List;

class PostgresRestartTests extends RestartTests {

	@Override
	List<String> database() {
		return EmbeddedDatabases.postgres();
	}

}
