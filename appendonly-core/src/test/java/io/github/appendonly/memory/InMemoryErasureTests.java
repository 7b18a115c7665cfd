package io.github.appendonly.memory;

import io.github.appendonly.ErasureContractTests;
import io.github.appendonly.HistoryContractTests.Archived;
import io.github.appendonly.StackBounds;

class InMemoryErasureTests extends ErasureContractTests {

	@Override
	protected Archived archived(StackBounds bounds) {
		InMemoryArchive<String> archive = new InMemoryArchive<>();
		return new Archived(new InMemoryAppendStack<>(bounds, archive::addLayer), archive);
	}

}
