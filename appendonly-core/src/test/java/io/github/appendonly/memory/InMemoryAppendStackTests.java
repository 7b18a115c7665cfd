package io.github.appendonly.memory;

import io.github.appendonly.AppendStack;
import io.github.appendonly.AppendStackContractTests;
import io.github.appendonly.Pruner;
import io.github.appendonly.StackBounds;

class InMemoryAppendStackTests extends AppendStackContractTests {

	@Override
	protected AppendStack<String> stack() {
		return new InMemoryAppendStack<>();
	}

	@Override
	protected AppendStack<String> stack(StackBounds bounds, Pruner<? super String> pruner) {
		return new InMemoryAppendStack<>(bounds, pruner);
	}

}
