package io.github.appendonly.jpa;

import io.github.appendonly.HistoryContractTests;
import io.github.appendonly.StackBounds;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class JpaHistoryTests extends HistoryContractTests {

	@Parameter
	TestDatabase database = TestDatabase.H2;

	@Override
	protected Archived archived(StackBounds bounds) {
		AppendOnly structures = this.database.shared().structures();
		String name = Node.newName();
		StackSettings<String> settings = StackSettings.<String>unchanged().withBounds(bounds).withArchive(true);
		return new Archived(structures.stack(name, String.class, settings), structures.archive(name, String.class));
	}

}
