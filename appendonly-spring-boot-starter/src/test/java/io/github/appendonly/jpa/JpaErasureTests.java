package io.github.appendonly.jpa;

import java.util.function.Consumer;

import io.github.appendonly.ErasureContractTests;
import io.github.appendonly.HistoryContractTests.Archived;
import io.github.appendonly.StackBounds;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class JpaErasureTests extends ErasureContractTests {

	@Parameter
	TestDatabase database = TestDatabase.H2;

	@Override
	protected Archived archived(StackBounds bounds) {
		AppendOnlyStructures structures = this.database.shared().structures();
		String name = Node.newName();
		Consumer<StackSettings<String>> settings = (stack) -> stack.bounds(bounds).archived();
		return new Archived(structures.stack(name, String.class, settings), structures.archive(name, String.class));
	}

}
