package io.github.appendonly.jpa;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AccumulatorContractTests;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class JpaAccumulatorTests extends AccumulatorContractTests {

	@Parameter
	TestDatabase database = TestDatabase.H2;

	@Override
	protected Accumulator<String> accumulator() {
		return this.database.shared().structures().accumulator(Node.newName(), String.class);
	}

}
