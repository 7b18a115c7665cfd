package io.github.appendonly.jpa;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.KeyContractTests;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class JpaKeyContractTests extends KeyContractTests {

	@Parameter
	TestDatabase database = TestDatabase.H2;

	@Override
	protected AppendStack<String> stack(int maxLayers, int maxLength) {
		return this.database.shared()
			.structures()
			.stack(Node.newName(), String.class, DatabaseTests.bounds(maxLayers, maxLength));
	}

	@Override
	protected Accumulator<String> accumulator() {
		return this.database.shared().structures().accumulator(Node.newName(), String.class);
	}

}
