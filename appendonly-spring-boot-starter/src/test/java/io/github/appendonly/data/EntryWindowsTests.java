package io.github.appendonly.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.appendonly.CursorAheadException;
import io.github.appendonly.CursorExpiredException;
import io.github.appendonly.Entry;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import io.github.appendonly.memory.InMemoryAppendStack;
import org.junit.jupiter.api.Test;
import org.springframework.data.domain.ScrollPosition;
import org.springframework.data.domain.Window;
import org.springframework.data.support.WindowIterator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Windows for code that scrolls.
 */
class EntryWindowsTests {

	private final InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(new StackBounds(3, 4));

	private Window<Entry<String>> window(ScrollPosition position, int limit) {
		return EntryWindows.newestFirst(this.stack, position, limit);
	}

	private static ScrollPosition backward(Position position) {
		return ScrollPosition.backward(Map.of(EntryWindows.KEY, position.toString()));
	}

	@Test
	void windowsLeadFromTheNewestEntryToTheOldestWhateverIsPushedMeanwhile() {
		this.stack.pushAll(Numbered.items(0, 7));
		Window<Entry<String>> first = window(ScrollPosition.keyset(), 3);
		assertThat(first.getContent()).isEqualTo(Numbered.newestFirst(4, 7, 4));
		assertThat(first.hasNext()).isTrue();
		this.stack.push("7");
		Window<Entry<String>> second = window(first.positionAt(2), 3);
		assertThat(second.getContent()).isEqualTo(Numbered.newestFirst(1, 4, 4));
		Window<Entry<String>> third = window(second.positionAt(2), 3);
		assertThat(third.getContent()).isEqualTo(Numbered.newestFirst(0, 1, 4));
		assertThat(third.hasNext()).isFalse();
		assertThat(window(third.positionAt(0), 3)).isEmpty();
		assertThat(window(ScrollPosition.offset(), Integer.MAX_VALUE)).hasSize(8);
		assertThat(window(ScrollPosition.keyset(), 8).hasNext()).isFalse();
	}

	@Test
	void iteratorOfSpringDataGoesThroughAll() {
		this.stack.pushAll(Numbered.items(0, 11));
		List<Entry<String>> seen = new ArrayList<>();
		WindowIterator.of((position) -> window(position, 2))
			.startingAt(ScrollPosition.keyset())
			.forEachRemaining(seen::add);
		assertThat(seen).isEqualTo(Numbered.newestFirst(0, 11, 4));
	}

	@Test
	void windowsLeadBackToTheNewestEntryInTheSameOrder() {
		this.stack.pushAll(Numbered.items(0, 9));
		Window<Entry<String>> older = window(backward(new Position(0, 1)), 4);
		assertThat(older.getContent()).isEqualTo(Numbered.newestFirst(2, 6, 4));
		assertThat(older.hasNext()).isTrue();
		Window<Entry<String>> newer = window(older.positionAt(0), 3);
		assertThat(newer.getContent()).isEqualTo(Numbered.newestFirst(6, 9, 4));
		assertThat(newer.hasNext()).isFalse();
		assertThat(window(newer.positionAt(0), 3)).isEmpty();
		this.stack.pushAll(Numbered.items(9, 17));
		assertThatExceptionOfType(CursorExpiredException.class)
			.isThrownBy(() -> window(backward(new Position(0, 1)), 4));
		assertThatExceptionOfType(CursorAheadException.class).isThrownBy(() -> window(backward(new Position(7, 1)), 4));
	}

	@Test
	void positionsThatAreNotOfEntriesAreRefused() {
		for (ScrollPosition other : List.<ScrollPosition>of(ScrollPosition.offset(3),
				ScrollPosition.forward(Map.of("id", 7)),
				ScrollPosition.forward(Map.<String, Object>of("position", "7-0", "id", 7)))) {
			assertThatIllegalArgumentException().isThrownBy(() -> window(other, 3))
				.withMessageContaining("ScrollPosition.keyset()");
		}
		assertThatIllegalArgumentException()
			.isThrownBy(() -> window(ScrollPosition.forward(Map.of("position", "x")), 3))
			.withMessageContaining("Not a position");
		assertThatIllegalArgumentException().isThrownBy(() -> window(ScrollPosition.keyset(), 0))
			.withMessageContaining("limit");
	}

}
