package io.github.appendonly.jpa.table;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Layer;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Readers take rows of one structure with the same stamp for the same items.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
public class StampTests extends DatabaseTests {

	private record Row(long stamp, String items) {
	}

	private final Map<Long, String> seen = new HashMap<>();

	/**
	 * Checks that no stamp has ever been seen with other items, and that no two rows of a
	 * table have the same one.
	 * @return the number of rows
	 */
	private int look() {
		return Stream.of("appendonly_slice where stack", "appendonly_archived_layer where archive").mapToInt((rows) -> {
			List<Row> found = node().jdbc()
				.sql("select stamp, items from " + rows + " = ?")
				.param(this.name)
				.query(Row.class)
				.list();
			assertThat(found).extracting(Row::stamp).doesNotHaveDuplicates();
			found.forEach((row) -> assertThat(this.seen.computeIfAbsent(row.stamp(), (stamp) -> row.items()))
				.isEqualTo(row.items()));
			return found.size();
		}).sum();
	}

	@Test
	void itemsThatAreWrittenGetAStampOfTheirOwn() {
		AppendStack<String> stack = stack((settings) -> settings.bounds(2, 3).archived());
		for (String item : List.of("a", "b", "c", "d", "e", "f", "g")) {
			stack.push(item);
			look();
		}
		assertThat(look()).isEqualTo(3);
		stack.pushAll(List.of("h", "i", "j", "k", "l", "m", "n", "o"));
		leaveInInbox("p", "q");
		assertThat(stack.newest()).isPresent();
		stack.push("r");
		look();
		node().inTransaction(() -> {
			stack.push("s");
			assertThat(stack.newest()).isPresent();
		});
		look();
		assertThat(items(node().structures().history(this.name, String.class))).containsExactly("a", "b", "c", "d", "e",
				"f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s");
	}

	@Test
	void layersThatAreJoinedInTheArchiveGetAStampOfTheirOwn() {
		AppendStack<String> stack = stack((settings) -> settings.bounds(2, 9).archived());
		Stream.of("a", "b", "c").forEach(stack::push);
		look();
		Stream.of("d", "e").forEach(stack((settings) -> settings.bounds(2, 2).archived())::push);
		look();
		stack((settings) -> settings.bounds(1, 1).archived()).pushAll(List.of("f", "g"));
		look();
		assertThat(items(node().structures().archive(this.name, String.class))).containsExactly("a", "b", "c", "d", "e",
				"f");
	}

	@Test
	void newStructuresOfADroppedNameHaveOtherStamps() {
		for (String item : List.of("a", "b", "c")) {
			stack().push(item);
			Archive<String> archive = node().structures().archive(this.name, String.class);
			archive.addLayer(new Layer<>(0, List.of(item)));
			assertThat(look()).isEqualTo(2);
			node().structures().drop(this.name);
		}
		assertThat(this.seen).hasSize(6);
	}

}
