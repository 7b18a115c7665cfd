package io.github.appendonly.jpa;

import io.github.appendonly.Archive;
import io.github.appendonly.ArchiveContractTests;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class JpaArchiveTests extends ArchiveContractTests {

	@Parameter
	TestDatabase database = TestDatabase.H2;

	@Override
	protected Archive<String> archive() {
		return this.database.shared().structures().archive(Node.newName(), String.class);
	}

}
