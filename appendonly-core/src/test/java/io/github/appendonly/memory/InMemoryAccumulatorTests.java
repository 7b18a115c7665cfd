package io.github.appendonly.memory;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AccumulatorContractTests;

class InMemoryAccumulatorTests extends AccumulatorContractTests {

	@Override
	protected Accumulator<String> accumulator() {
		return new InMemoryAccumulator<>();
	}

}
