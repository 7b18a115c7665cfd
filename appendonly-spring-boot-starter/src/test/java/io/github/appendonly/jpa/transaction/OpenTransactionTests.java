package io.github.appendonly.jpa.transaction;

import java.util.List;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pushes and reads of other transactions while one transaction stays open.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class OpenTransactionTests extends DatabaseTests {

	/**
	 * Pushes such that the first item is in the inbox already, with a lower id than all
	 * that others write before the commit: pushes with other settings get rows of their
	 * own.
	 */
	private void pushAndWriteTheFirst() {
		stack().push("open 1");
		stack(bounds(10, 100)).push("open 2");
		assertThat(inboxRows()).isEqualTo(1);
	}

	private AppendStack<String> stackOfSecondNode() {
		return secondNode().structures().stack(this.name, String.class);
	}

	private void pushInEveryWay() {
		stack().push("a");
		node().inTransaction(() -> stack().push("b"));
		assertThat(stack().pushAsync("c")).succeedsWithin(WAIT);
		node().inTransaction(() -> {
			stack().push("d");
			assertHolds(stack(), "a", "b", "c", "d");
		});
		stackOfSecondNode().push("e");
		secondNode().inTransaction(() -> stackOfSecondNode().push("f"));
	}

	@Test
	void itsItemsFollowThoseThatArePlacedMeanwhile() {
		node().inTransaction(() -> {
			pushAndWriteTheFirst();
			runElsewhere(() -> {
				pushInEveryWay();
				assertHolds(stack(), "a", "b", "c", "d", "e", "f");
			});
		});
		assertHolds(stack(), "a", "b", "c", "d", "e", "f", "open 1", "open 2");
	}

	@Test
	void rolledBackItLeavesWhatIsPlacedMeanwhile() {
		node().transaction().executeWithoutResult((status) -> {
			pushAndWriteTheFirst();
			runElsewhere(this::pushInEveryWay);
			status.setRollbackOnly();
		});
		assertHolds(stack(), "a", "b", "c", "d", "e", "f");
	}

	@Test
	void pollerThatReadMeanwhileMissesNothing() {
		stack().push("first");
		Position cursor = new Position(0, 0);
		Changes<String> meanwhile = node().inTransaction(() -> {
			pushAndWriteTheFirst();
			return elsewhere(() -> {
				stackOfSecondNode().push("second");
				return stack().since(cursor, 10);
			});
		});
		assertThat(meanwhile.entries()).containsExactly(new Entry<>(new Position(0, 1), "second"));
		assertThat(meanwhile.caughtUp()).isTrue();
		Changes<String> afterwards = stack().since(meanwhile.cursor(), 10);
		assertThat(afterwards.entries()).containsExactly(new Entry<>(new Position(0, 2), "open 1"),
				new Entry<>(new Position(0, 3), "open 2"));
		assertThat(afterwards.expired()).isFalse();
	}

	@Test
	void oneWithTwoStacksKeepsNeitherFromOthers() {
		AppendStack<String> other = stack(this.name + "-other");
		node().inTransaction(() -> {
			other.push("open");
			pushAndWriteTheFirst();
			runElsewhere(() -> {
				other.push("a");
				stack().push("a");
				node().inTransaction(() -> {
					stack().push("b");
					other.push("b");
				});
				assertHolds(other, "a", "b");
				assertHolds(stack(), "a", "b");
			});
		});
		assertHolds(other, "a", "b", "open");
		assertHolds(stack(), "a", "b", "open 1", "open 2");
	}

	@Test
	void oneThatHasPlacedDoesNotKeepOtherTransactionsFromTheirCommit() {
		node().inTransaction(() -> {
			stack().push("open");
			assertHolds(stack(), "open");
			runElsewhere(() -> {
				node().inTransaction(() -> stack().push("a"));
				secondNode().inTransaction(() -> stackOfSecondNode().push("b"));
			});
			assertThat(inboxRows()).isEqualTo(2);
		});
		assertHolds(stack(), "open", "a", "b");
	}

	@Test
	void oneThatHasOnlyReadKeepsNobodyFromPushingAndPruning() {
		AppendStack<String> archived = stack(bounds(2, 2).andThen((with) -> with.archived()));
		History<String> history = node().structures().history(this.name, String.class);
		archived.pushAll(Numbered.items(0, 3));
		TransactionTemplate idle = node().transaction();
		idle.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
		idle.executeWithoutResult((status) -> {
			assertThat(items(archived)).isEqualTo(Numbered.items(0, 3));
			assertThat(items(history)).isEqualTo(Numbered.items(0, 3));
			runElsewhere(() -> {
				archived.push("3");
				node().inTransaction(() -> archived.pushAll(List.of("4", "5")));
				stackOfSecondNode().push("6");
				node().inTransaction(() -> {
					archived.push("7");
					assertThat(items(archived)).isEqualTo(Numbered.items(4, 8));
				});
				assertThat(items(history)).isEqualTo(Numbered.items(0, 8));
			});
			assertThat(items(archived)).isEqualTo(Numbered.items(0, 3));
			assertThat(items(history)).isEqualTo(Numbered.items(0, 3));
		});
		assertThat(items(archived)).isEqualTo(Numbered.items(4, 8));
		assertThat(items(history)).isEqualTo(Numbered.items(0, 8));
	}

}
