package io.github.appendonly.jpa;

import io.github.appendonly.FollowContractTests;
import io.github.appendonly.HistoryContractTests.Archived;
import io.github.appendonly.StackBounds;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class JpaFollowTests extends FollowContractTests {

	@Parameter
	@SuppressWarnings("NullAway.Init") // set after the constructor
	private TestDatabase database;

	@Override
	protected Archived archived(StackBounds bounds) {
		AppendOnlyStructures structures = this.database.shared().structures();
		String name = Node.newName();
		return new Archived(
				structures.stack(name, String.class,
						(stack) -> stack.bounds(bounds.maxLayers(), bounds.maxLength()).archived()),
				structures.archive(name, String.class));
	}

}
