package io.github.appendonly.jpa;

import java.util.List;
import java.util.function.Consumer;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Changes;
import io.github.appendonly.History;
import io.github.appendonly.HistoryContractTests;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class JpaHistoryTests extends HistoryContractTests {

	@Parameter
	TestDatabase database = TestDatabase.H2;

	@Override
	protected Archived archived(StackBounds bounds) {
		AppendOnlyStructures structures = this.database.shared().structures();
		String name = Node.newName();
		Consumer<StackSettings<String>> settings = (stack) -> stack.bounds(bounds).archived();
		return new Archived(structures.stack(name, String.class, settings), structures.archive(name, String.class));
	}

	private AppendStack<String> stack(String name, boolean archived) {
		return this.database.shared()
			.structures()
			.stack(name, String.class, (stack) -> stack.bounds(1, 2).archived(archived));
	}

	/**
	 * Items 4 to 7, which are layers 2 and 3, are pruned without an archive, and later
	 * ones with it.
	 */
	@Test
	void layersThatAreMissingWithinTheArchiveAreExpiredWhereTheyAreMissing() {
		String name = Node.newName();
		stack(name, true).pushAll(Numbered.items(0, 5));
		stack(name, false).pushAll(Numbered.items(5, 9));
		stack(name, true).pushAll(Numbered.items(9, 14));
		History<String> history = this.database.shared().structures().history(name, String.class);
		for (Position known : List.of(new Position(1, 1), new Position(2, 0), new Position(2, 1))) {
			assertThat(history.since(known, 3))
				.isEqualTo(new Changes<>(Numbered.entries(8, 11, 2), Numbered.position(10, 2), false, true));
		}
		Changes<String> untilGap = new Changes<>(Numbered.entries(0, 4, 2), Numbered.position(3, 2), false, false);
		assertThat(history.since(Position.START, 100)).isEqualTo(untilGap);
		assertThat(history.fromOldest(100)).isEqualTo(untilGap);
	}

	@Test
	void startIsExpiredWhenOnlyTheFirstLayerWasPrunedWithoutTheArchive() {
		String name = Node.newName();
		stack(name, false).pushAll(Numbered.items(0, 3));
		stack(name, true).pushAll(Numbered.items(3, 6));
		History<String> history = this.database.shared().structures().history(name, String.class);
		assertThat(history.since(Position.START, 100))
			.isEqualTo(new Changes<>(Numbered.entries(2, 6, 2), Numbered.position(5, 2), true, true));
	}

}
