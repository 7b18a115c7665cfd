package io.github.appendonly.jpa;

import java.util.List;
import java.util.Optional;

import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.StackStatus.LayerStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class StatusTests extends DatabaseTests {

	private StackStatus status() {
		return node().structures().status(this.name);
	}

	@Test
	void nameWithoutAStackHasTheStatusOfAnEmptyOne() {
		assertThat(status())
			.isEqualTo(new StackStatus(this.name, StackBounds.DEFAULT, false, Optional.empty(), List.of(), 0, 0, 0));
		assertThat(status().size()).isZero();
		assertThat(rows("appendonly_stack", "name", this.name)).isZero();
	}

	@Test
	void filledStackShowsItsLayersNewestFirst() {
		stack(bounds(3, 4)).pushAll(Numbered.items(0, 10));
		assertThat(status())
			.isEqualTo(new StackStatus(this.name, new StackBounds(3, 4), false, Optional.of(new Position(2, 1)),
					List.of(new LayerStatus(2, 2, false), new LayerStatus(1, 4, true), new LayerStatus(0, 4, true)), 0,
					0, 0));
		assertThat(status().size()).isEqualTo(10);
	}

	@Test
	void newestLayerIsSealedOnceItIsFull() {
		stack(bounds(3, 4)).pushAll(Numbered.items(0, 3));
		assertThat(status().layers()).containsExactly(new LayerStatus(0, 3, false));
		stack().push("3");
		assertThat(status().layers()).containsExactly(new LayerStatus(0, 4, true));
		assertThat(status().newest()).contains(new Position(0, 3));
	}

	@Test
	void prunedLayersAreGone() {
		stack(bounds(2, 2)).pushAll(Numbered.items(0, 7));
		assertThat(status().layers()).containsExactly(new LayerStatus(3, 1, false), new LayerStatus(2, 2, true));
		assertThat(status().archived()).isFalse();
		assertThat(status().archivedLayers()).isZero();
	}

	@Test
	void archivedStackCountsItsArchivedLayers() {
		stack(bounds(2, 2).andThen((with) -> with.archived())).pushAll(Numbered.items(0, 7));
		assertThat(status())
			.isEqualTo(new StackStatus(this.name, new StackBounds(2, 2), true, Optional.of(new Position(3, 0)),
					List.of(new LayerStatus(3, 1, false), new LayerStatus(2, 2, true)), 0, 2, 0));
		stack().pushAll(Numbered.items(7, 9));
		assertThat(status().archivedLayers()).isEqualTo(3);
	}

	@Test
	void itemsThatWaitAreCountedAndStayWaiting() {
		stack().push("placed");
		leaveInInbox("a");
		idleNode()
			.inTransaction(() -> idleNode().structures().stack(this.name, String.class).pushAll(Numbered.items(0, 3)));
		assertThat(status().inbox()).isEqualTo(4);
		assertThat(status().size()).isEqualTo(1);
		assertThat(status().newest()).contains(new Position(0, 0));
		assertThat(inboxRows()).isEqualTo(2);
		assertHolds(stack(), "placed", "a", "0", "1", "2");
		assertThat(status().inbox()).isZero();
		assertThat(status().size()).isEqualTo(5);
	}

	@Test
	void firstItemsThatWaitAreCounted() {
		leaveInInbox("a", "b");
		assertThat(status())
			.isEqualTo(new StackStatus(this.name, StackBounds.DEFAULT, false, Optional.empty(), List.of(), 2, 0, 0));
	}

	@Test
	void itemsOfAnOpenTransactionAreNotCounted() {
		node().inTransaction(() -> {
			stack().push("a");
			assertThat(status().inbox()).isZero();
			assertHolds(stack(), "a");
			assertThat(elsewhere(this::status).size()).isZero();
			assertThat(status().size()).isEqualTo(1);
		});
		assertThat(status().size()).isEqualTo(1);
	}

	@Test
	void otherNodesSayTheSame() {
		stack(bounds(2, 3).andThen((with) -> with.archived())).pushAll(Numbered.items(0, 10));
		Node second = secondNode();
		leaveInInbox("waiting");
		assertThat(second.structures().status(this.name)).isEqualTo(status());
	}

}
