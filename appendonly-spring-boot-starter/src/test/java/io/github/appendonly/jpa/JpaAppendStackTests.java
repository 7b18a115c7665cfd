package io.github.appendonly.jpa;

import io.github.appendonly.AppendStack;
import io.github.appendonly.AppendStackContractTests;
import io.github.appendonly.Pruner;
import io.github.appendonly.StackBounds;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class JpaAppendStackTests extends AppendStackContractTests {

	@Parameter
	TestDatabase database = TestDatabase.H2;

	Node node() {
		return this.database.shared();
	}

	@Override
	protected AppendStack<String> stack() {
		return node().structures().stack(Node.newName(), String.class);
	}

	@Override
	protected AppendStack<String> stack(StackBounds bounds, Pruner<? super String> pruner) {
		StackSettings<String> settings = StackSettings.<String>unchanged().withBounds(bounds).withPruner(pruner);
		return node().structures().stack(Node.newName(), String.class, settings);
	}

}
