package io.github.appendonly.jpa.sequencer;

import java.util.List;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.Layer;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.StackStatus;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bounds that change while a stack is in use.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
public class BoundsChangeTests extends DatabaseTests {

	private AppendStack<String> archived(int maxLayers, int maxLength) {
		return stack(bounds(maxLayers, maxLength).andThen((with) -> with.archived()));
	}

	private Archive<String> archive() {
		return node().structures().archive(this.name, String.class);
	}

	private History<String> history() {
		return node().structures().history(this.name, String.class);
	}

	private List<Integer> lengths() {
		return node().structures().status(this.name).layers().stream().map(StackStatus.LayerStatus::length).toList();
	}

	@Test
	void raisedLengthFillsTheNewestLayerFirst() {
		archived(3, 2).pushAll(Numbered.items(0, 6));
		AppendStack<String> raised = archived(3, 4);
		assertThat(lengths()).containsExactly(2, 2, 2);
		raised.push("6");
		raised.pushAll(Numbered.items(7, 13));
		assertThat(lengths()).containsExactly(1, 4, 4);
		assertThat(items(history())).isEqualTo(Numbered.items(0, 13));
		assertThat(raised.newest()).contains(new Entry<>(new Position(4, 0), "12"));
		assertThat(archive().layers()).extracting(Layer::length).containsExactly(2, 2);
	}

	@Test
	void loweredLengthLeavesLayersAsTheyAre() {
		archived(3, 4).pushAll(Numbered.items(0, 7));
		AppendStack<String> lowered = archived(3, 2);
		assertThat(lengths()).containsExactly(3, 4);
		lowered.pushAll(Numbered.items(7, 10));
		assertThat(lengths()).containsExactly(1, 2, 3);
		assertThat(lowered.fromOldest(3).entries()).containsExactly(new Entry<>(new Position(1, 0), "4"),
				new Entry<>(new Position(1, 1), "5"), new Entry<>(new Position(1, 2), "6"));
		assertThat(items(history())).isEqualTo(Numbered.items(0, 10));
		assertThat(lowered.since(new Position(1, 2), 10).entries()).first()
			.isEqualTo(new Entry<>(new Position(2, 0), "7"));
	}

	@Test
	void loweredLengthThatTheNewestLayerHasReachedExactlyOpensANewOne() {
		archived(3, 5).pushAll(Numbered.items(0, 2));
		AppendStack<String> lowered = archived(3, 2);
		lowered.push("2");
		assertThat(lengths()).containsExactly(1, 2);
		archived(3, 5).push("3");
		assertThat(lengths()).containsExactly(2, 2);
		assertThat(items(lowered)).isEqualTo(Numbered.items(0, 4));
	}

	@Test
	void loweredNumberOfLayersPrunesWithTheNextPush() {
		archived(6, 2).pushAll(Numbered.items(0, 11));
		AppendStack<String> lowered = archived(2, 2);
		assertThat(lowered.size()).isEqualTo(11);
		lowered.push("11");
		assertThat(items(lowered)).isEqualTo(Numbered.items(8, 12));
		assertThat(archive().layers()).extracting(Layer::generation).containsExactly(3L, 2L, 1L, 0L);
		assertThat(items(history())).isEqualTo(Numbered.items(0, 12));
	}

	@Test
	void raisedNumberOfLayersKeepsMoreFromThenOn() {
		archived(1, 2).pushAll(Numbered.items(0, 5));
		AppendStack<String> raised = archived(3, 2);
		assertThat(items(raised)).containsExactly("4");
		raised.pushAll(Numbered.items(5, 11));
		assertThat(items(raised)).isEqualTo(Numbered.items(6, 11));
		assertThat(items(history())).isEqualTo(Numbered.items(0, 11));
	}

	@Test
	void boundsStayWithTheStackForHandlesThatSayNothing() {
		archived(2, 3).push("0");
		assertThat(stack().bounds()).isEqualTo(new StackBounds(2, 3));
		for (int i = 1; i < 10; i++) {
			stack().push("" + i);
		}
		assertThat(items(stack())).isEqualTo(Numbered.items(6, 10));
		assertThat(items(history())).isEqualTo(Numbered.items(0, 10));
	}

	@Test
	void bothBoundsChangeBackAndForthByNodesOfDifferentOpinion() {
		AppendStack<String> small = archived(2, 3);
		AppendStack<String> large = secondNode().structures()
			.stack(this.name, String.class, bounds(4, 5).andThen((with) -> with.archived()));
		int pushed = 0;
		for (int round = 0; round < 20; round++) {
			AppendStack<String> stack = (round % 2 == 0) ? small : large;
			int count = 1 + round * 5 % 7;
			if (round % 3 == 0) {
				stack.pushAll(Numbered.items(pushed, pushed + count));
			}
			else {
				List<String> items = Numbered.items(pushed, pushed + count);
				((round % 2 == 0) ? node() : secondNode()).inTransaction(() -> items.forEach(stack::push));
			}
			pushed += count;
			assertThat(items(history())).isEqualTo(Numbered.items(0, pushed));
			assertThat(lengths().size()).isLessThanOrEqualTo(4);
		}
		assertGapFree(history().fromOldest(Integer.MAX_VALUE).entries());
	}

	@Test
	void restartWithOtherSettingsChangesTheBounds() {
		TestDatabase.Url url = this.database.create();
		String[] settings = { "appendonly.stacks.news.type=java.lang.String", "appendonly.stacks.news.archive=true" };
		try (Node before = url.start(settings[0], settings[1], "appendonly.stacks.news.max-layers=3",
				"appendonly.stacks.news.max-length=4")) {
			before.<AppendStack<String>>bean("news").pushAll(Numbered.items(0, 10));
		}
		try (Node after = url.start(settings[0], settings[1], "appendonly.stacks.news.max-layers=2",
				"appendonly.stacks.news.max-length=2")) {
			AppendStack<String> news = after.bean("news");
			assertThat(items(news)).isEqualTo(Numbered.items(0, 10));
			after.inTransaction(() -> news.push("10"));
			assertThat(items(news)).isEqualTo(Numbered.items(8, 11));
			assertThat(items(after.<History<String>>bean("newsHistory"))).isEqualTo(Numbered.items(0, 11));
		}
	}

	private static void assertGapFree(List<Entry<String>> entries) {
		Position expected = new Position(0, 0);
		for (Entry<String> entry : entries) {
			Position position = entry.position();
			if (position.index() == 0 && position.generation() > 0) {
				expected = new Position(expected.generation() + 1, 0);
			}
			assertThat(position).isEqualTo(expected);
			expected = new Position(position.generation(), position.index() + 1);
		}
	}

}
