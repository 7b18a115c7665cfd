package io.github.appendonly.jpa;

import java.util.function.Consumer;

import io.github.appendonly.AppendStack;
import io.github.appendonly.AppendStackContractTests;
import io.github.appendonly.Pruner;
import io.github.appendonly.StackBounds;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
public class JpaAppendStackTests extends AppendStackContractTests {

	@Parameter
	protected TestDatabase database = TestDatabase.H2;

	protected Node node() {
		return this.database.shared();
	}

	@Override
	protected AppendStack<String> stack() {
		return node().structures().stack(Node.newName(), String.class);
	}

	@Override
	protected AppendStack<String> stack(StackBounds bounds, Pruner<? super String> pruner) {
		Consumer<StackSettings<String>> settings = (stack) -> stack.bounds(bounds).pruner(pruner);
		return node().structures().stack(Node.newName(), String.class, settings);
	}

}
