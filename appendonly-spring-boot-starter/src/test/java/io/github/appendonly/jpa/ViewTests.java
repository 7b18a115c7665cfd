package io.github.appendonly.jpa;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

import io.github.appendonly.AppendStack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The views for people with SQL, as their scripts make them.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class ViewTests extends DatabaseTests {

	private record Row(long generation, int index, JsonNode item, boolean archived) {
	}

	private static final JsonMapper mapper = new JsonMapper();

	private void create() throws Exception {
		String platform = this.database.name().toLowerCase(Locale.ROOT);
		node().jdbc()
			.sql(new ClassPathResource("db/appendonly/views/" + platform + ".sql")
				.getContentAsString(StandardCharsets.UTF_8))
			.update();
	}

	private List<Row> rows(String name) {
		return node().jdbc()
			.sql("select generation, index, item, archived, written_at from appendonly_items where name = ?"
					+ " order by generation, index")
			.param(name)
			.query((row, number) -> {
				assertThat(row.getTimestamp(5)).isNotNull();
				return new Row(row.getLong(1), row.getInt(2), mapper.readTree(row.getString(3)), row.getBoolean(4));
			})
			.list();
	}

	private Map<String, Object> stackRow(String name) {
		return node().jdbc().sql("select * from appendonly_stacks where name = ?").param(name).query().singleRow();
	}

	@Test
	void eachItemIsARow() throws Exception {
		create();
		create();
		List<Object> items = List.of("plain", "quo\"ted, [1] {é} \u20ac \ud83d\ude00", "zero \u0000", 7, 1.5, true,
				List.of(1, "two", List.of()), Map.of("a", Map.of("b", "c")), "", List.of(), Map.of());
		AppendStack<Object> stack = node().structures()
			.stack(this.name, Object.class, (with) -> with.bounds(2, 4).archived());
		items.forEach(stack::push);
		List<Row> expected = new ArrayList<>();
		IntStream.range(0, items.size())
			.forEach((i) -> expected.add(new Row(i / 4, i % 4, mapper.valueToTree(items.get(i)), i < 4)));
		assertThat(rows(this.name)).isEqualTo(expected);
		assertThat(rows(this.name + "-none")).isEmpty();
		node().jdbc()
			.sql("update appendonly_slice set items = ? where stack = ? and generation = 1")
			.params("[null,\"null\",null,[null]]", this.name)
			.update();
		node().jdbc()
			.sql("update appendonly_archived_layer set items = ? where archive = ?")
			.params("[null,null,null,1]", this.name)
			.update();
		assertThat(rows(this.name)).filteredOn((row) -> row.generation() < 2)
			.containsExactly(new Row(0, 3, mapper.readTree("1"), true),
					new Row(1, 1, mapper.readTree("\"null\""), false), new Row(1, 3, mapper.readTree("[null]"), false));
	}

	@Test
	void eachStackIsARow() throws Exception {
		create();
		AppendStack<String> stack = stack((with) -> with.bounds(2, 4).archived());
		stack.pushAll(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"));
		leaveInInbox("l", "m");
		assertThat(stackRow(this.name)).containsEntry("name", this.name)
			.containsEntry("max_layers", 2)
			.containsEntry("max_length", 4)
			.containsEntry("archived", true)
			.containsEntry("oldest_generation", 1L)
			.containsEntry("newest_generation", 2L)
			.hasEntrySatisfying("newest_at", (time) -> assertThat(time).isNotNull());
		assertThat(
				List.of("layers", "items", "bytes", "waiting", "archived_layers", "archived_items", "archived_bytes"))
			.extracting((column) -> Integer.valueOf(String.valueOf(stackRow(this.name).get(column))))
			.containsExactly(2, 7, 17 + 13, 2, 1, 4, 17);
	}

}
