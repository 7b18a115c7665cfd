package io.github.appendonly.web;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.autoconfigure.AppendOnlyJacksonAutoConfiguration;
import io.github.appendonly.memory.InMemoryAppendStack;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Pages for responses.
 */
class EntryPageTests {

	private final InMemoryAppendStack<Integer> stack = new InMemoryAppendStack<>();

	private EntryPage<Integer> page(Optional<Position> than, int limit) {
		return EntryPage.below(this.stack, than, limit);
	}

	private static List<Integer> items(EntryPage<Integer> page) {
		return page.entries().stream().map(Entry::item).toList();
	}

	@Test
	void pagesLeadFromTheNewestEntryToTheOldest() {
		IntStream.range(0, 5).forEach(this.stack::push);
		EntryPage<Integer> first = page(Optional.empty(), 2);
		assertThat(items(first)).containsExactly(4, 3);
		EntryPage<Integer> second = page(Optional.ofNullable(first.cursor()), 2);
		assertThat(items(second)).containsExactly(2, 1);
		EntryPage<Integer> third = page(Optional.ofNullable(second.cursor()), 2);
		assertThat(items(third)).containsExactly(0);
		assertThat(third.cursor()).isNull();
	}

	@Test
	void thePageThatEndsWithTheOldestEntryIsTheLastOne() {
		this.stack.push(1);
		this.stack.push(2);
		assertThat(page(Optional.empty(), 2).cursor()).isNull();
		assertThat(page(Optional.empty(), Integer.MAX_VALUE).cursor()).isNull();
		assertThat(page(Optional.of(new Position(0, 0)), 2)).isEqualTo(new EntryPage<>(List.of(), null));
	}

	@Test
	void aLimitBelowOneIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> page(Optional.empty(), 0)).withMessageContaining("0");
	}

	@Test
	void theJsonHasTheFormOfChanges() {
		this.stack.push(7);
		this.stack.push(8);
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(JacksonAutoConfiguration.class, AppendOnlyJacksonAutoConfiguration.class))
			.run((context) -> {
				JsonMapper mapper = context.getBean(JsonMapper.class);
				assertThat(mapper.writeValueAsString(page(Optional.empty(), 1)))
					.isEqualTo("{\"entries\":[{\"position\":\"0-1\",\"item\":8}],\"cursor\":\"0-1\"}");
				assertThat(mapper.writeValueAsString(page(Optional.of(new Position(0, 1)), 1)))
					.isEqualTo("{\"entries\":[{\"position\":\"0-0\",\"item\":7}],\"cursor\":null}");
			});
	}

}
