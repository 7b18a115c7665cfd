package io.github.appendonly.memory;

import io.github.appendonly.FollowContractTests;
import io.github.appendonly.HistoryContractTests.Archived;
import io.github.appendonly.StackBounds;

class InMemoryFollowTests extends FollowContractTests {

	@Override
	protected Archived archived(StackBounds bounds) {
		InMemoryArchive<String> archive = new InMemoryArchive<>();
		return new Archived(new InMemoryAppendStack<>(bounds, archive::addLayer), archive);
	}

}
