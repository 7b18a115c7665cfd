package io.github.appendonly.subscriber;

import java.util.List;
import java.util.function.Consumer;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Numbered;
import io.github.appendonly.jpa.CountingDataSource;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.StackSettings;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What subscribers cost in statements.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class SubscriberStatementTests extends SubscriberTestBase {

	private static final String STEP_OF_A_STACK = "l.items";

	private static final String STEP_OF_AN_ARCHIVE = "previous_length";

	@Override
	protected Node node() {
		return this.database.shared(CountingDataSource.SETTING);
	}

	private List<String> pushes(Consumer<StackSettings<String>> settings, int from) {
		AppendStack<String> stack = stack(settings);
		return CountingDataSource.during(node(), () -> {
			Numbered.items(from, from + 20).forEach(stack::push);
		});
	}

	/**
	 * A batch that prunes asks for subscribers only if layers are to be kept for them.
	 */
	@Test
	void stackThatKeepsNothingForSubscribersPaysNothing() {
		assertThat(pushes(bounds(2, 2), 0)).hasSizeGreaterThanOrEqualTo(20)
			.noneMatch(SubscriberStatementTests::isOfSubscribers);
		subscribers().register(recording((with) -> with));
		assertThat(pushes(bounds(2, 2).andThen((with) -> with.keepForSubscribers(1)), 20))
			.anyMatch(SubscriberStatementTests::isOfHindmost);
	}

	private static boolean isOfSubscribers(String statement) {
		return statement.contains("appendonly_subscriber");
	}

	private static boolean isOfHindmost(String statement) {
		return isOfSubscribers(statement) && statement.strip().endsWith("where stack = ? order by stack, id");
	}

	/**
	 * The row is locked, the step is read, and the row is written: three statements,
	 * whether the entries are on the stack or in its archive.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void batchCostsThreeStatements(boolean archived) {
		int items = 3_000;
		AppendStack<String> stack = stack(
				archived ? bounds(2, 100).andThen(StackSettings::archived) : bounds(items, 100));
		stack.pushAll(Numbered.items(0, items));
		JpaSubscribers subscribers = subscribers(node(), JpaSubscribers.Settings.DEFAULT);
		List<String> statements = CountingDataSource.during(node(), () -> {
			subscribers.register(recording((with) -> with));
			subscribers.awaitCaughtUp(this.id, WAIT);
		});
		assertThat(this.handled).isEqualTo(Numbered.items(0, items));
		int batches = items / SubscriberDefinition.DEFAULT_BATCH_SIZE;
		int others = batches / 2; // begin and end, and looks by the clock
		assertThat(statements).filteredOn((each) -> each.contains("for update skip locked"))
			.hasSizeBetween(batches, batches + others);
		assertThat(statements).filteredOn((each) -> each.contains("update appendonly_subscriber"))
			.hasSizeBetween(batches, batches + others);
		assertThat(statements).filteredOn((each) -> each.contains(archived ? STEP_OF_AN_ARCHIVE : STEP_OF_A_STACK))
			.hasSizeBetween(batches - 2, batches + others);
		if (archived) {
			assertThat(statements).filteredOn((each) -> each.contains(STEP_OF_A_STACK)).hasSizeLessThan(others);
		}
	}

}
