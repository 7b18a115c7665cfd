package io.github.appendonly.jpa.item;

import java.util.List;

import io.github.appendonly.internal.Keys;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ItemKeysTests {

	/**
	 * Line separators are no control characters, for example.
	 */
	@Test
	void eachKeyThatIsAcceptedIsRead() {
		for (int c = 0; c <= Character.MAX_VALUE; c++) {
			String key = "a" + (char) c + "b";
			if (isAccepted(key)) {
				String text = KeyedItems.join(List.of(keyed("x"), keyed(key))).keys().text();
				assertThat(ItemKeys.flaw(text, 2)).as("U+%04X", c).isEmpty();
				assertThat(ItemKeys.parse(text).byIndex()).as("U+%04X", c).containsEntry(1, key);
				assertThat(ItemKeys.in(text)).as("U+%04X", c).containsExactly("x", key);
			}
		}
	}

	private static KeyedItems keyed(String key) {
		return new KeyedItems(new JsonArray(1, "[1]"), ItemKeys.of(key));
	}

	private static boolean isAccepted(String key) {
		try {
			return Keys.require(key).equals(key);
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

}
