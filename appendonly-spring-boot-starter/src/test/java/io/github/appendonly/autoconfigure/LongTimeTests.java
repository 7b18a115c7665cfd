package io.github.appendonly.autoconfigure;

import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A time that stands for "for ever" may be longer than 292 years, which are the most
 * nanoseconds that a long holds.
 */
class LongTimeTests {

	@ParameterizedTest
	@EnumSource
	void mayBeLongerThanALongHoldsNanoseconds(TestDatabase database) {
		TestDatabase.Url url = database.create();
		try (ConfigurableApplicationContext context = UserApplication.start(EmptyApplication.class, url,
				"appendonly.read.max-wait=200000d", "appendonly.inbox.check-interval=200000d",
				"appendonly.retention.interval=200000d")) {
			UserApplication.jdbc(url)
				.sql("insert into appendonly_inbox (name, length, items) values ('news', 1, '[\"a\"]')")
				.update();
			assertThat(context.getBean(AppendOnlyStructures.class).stack("news", String.class).newest())
				.contains(new Entry<>(new Position(0, 0), "a"));
		}
	}

}
