package io.github.appendonly.sample;

import java.util.List;

class PostgresKillTests extends KillTests {

	@Override
	List<String> database() {
		return EmbeddedDatabases.postgres();
	}

}
