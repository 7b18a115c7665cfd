package io.github.appendonly.memory;

import io.github.appendonly.HistoryContractTests;
import io.github.appendonly.StackBounds;

class InMemoryHistoryTests extends HistoryContractTests {

	@Override
	protected Archived archived(StackBounds bounds) {
		InMemoryArchive<String> archive = new InMemoryArchive<>();
		return new Archived(new InMemoryAppendStack<>(bounds, archive::addLayer), archive);
	}

}
