package io.github.appendonly.memory;

import io.github.appendonly.Archive;
import io.github.appendonly.ArchiveContractTests;

class InMemoryArchiveTests extends ArchiveContractTests {

	@Override
	protected Archive<String> archive() {
		return new InMemoryArchive<>();
	}

}
