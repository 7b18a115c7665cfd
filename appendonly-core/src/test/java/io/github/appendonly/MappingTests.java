package io.github.appendonly;

import java.util.List;

import org.junit.jupiter.api.Test;

import static io.github.appendonly.Nulls.nothing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Items are converted for clients, with all that is said about them.
 */
class MappingTests {

	@Test
	void entryKeepsItsPosition() {
		Entry<Integer> entry = Entry.of(7, 42, 5);
		Entry<Object> text = entry.map((number) -> "number " + number);
		assertThat(text).isEqualTo(Entry.of(7, 42, "number 5"));
		assertThatNullPointerException().isThrownBy(() -> entry.map((number) -> nothing()));
	}

	@Test
	void stepKeepsAllThatItTells() {
		List<Gone> gone = List.of(Gone.entityDeleted(new Position(2, 1), 5L));
		List<Unreadable> unreadable = List.of(new Unreadable(new Position(2, 2), "{}", "no kind"));
		for (int flags = 0; flags < 8; flags++) {
			boolean caughtUp = (flags & 1) != 0;
			boolean expired = (flags & 2) != 0;
			boolean ahead = (flags & 4) != 0;
			Changes<Integer> step = new Changes<>(List.of(Entry.of(2, 0, 1), Entry.of(2, 3, 2)), new Position(2, 3),
					caughtUp, expired, ahead, gone, unreadable);
			assertThat(step.map((number) -> "number " + number))
				.isEqualTo(new Changes<>(List.of(Entry.of(2, 0, "number 1"), Entry.of(2, 3, "number 2")),
						new Position(2, 3), caughtUp, expired, ahead, gone, unreadable));
			assertThatNullPointerException().isThrownBy(() -> step.map((number) -> nothing()));
		}
	}

}
