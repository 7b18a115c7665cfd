package io.github.appendonly.jpa.key;

import java.nio.file.Path;
import java.util.Optional;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Position;
import io.github.appendonly.Pushed;
import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.actuate.recording.BreakingConnections;
import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.TestDatabase;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Commits of which nobody knows whether they took effect are repeated with the same key.
 */
class UncertainKeyTests {

	private static ConfigurableApplicationContext start(TestDatabase.Url url) {
		return new SpringApplicationBuilder(EmptyApplication.class).sources(BreakingConnections.class)
			.web(WebApplicationType.NONE)
			.properties(url.properties())
			.properties("appendonly.jdbc.initialize-schema=always", "spring.flyway.enabled=false",
					"spring.jpa.hibernate.ddl-auto=none")
			.run();
	}

	private static void assertUncertain(ThrowingCallable commit, String structure) {
		assertThatExceptionOfType(UncertainCommitException.class).isThrownBy(commit)
			.withMessage("The commit of an item with the key \"key\" for " + structure
					+ " failed; the item may or may not be stored. It can be stored again with the same key")
			.satisfies((failure) -> assertThat(failure.isFenceable()).isFalse());
	}

	@ParameterizedTest
	@EnumSource
	void repeatedCommitStoresNothingTwiceAndNothingNever(TestDatabase database) {
		try (ConfigurableApplicationContext node = start(database.create())) {
			AppendOnlyStructures structures = node.getBean(AppendOnlyStructures.class);
			BreakingConnections connections = node.getBean(BreakingConnections.class);
			AppendStack<String> stack = structures.stack("news", String.class);
			Accumulator<String> accumulator = structures.accumulator("jobs", String.class);
			stack.push("first");
			accumulator.append("first");
			connections.breakNext();
			assertUncertain(() -> stack.push("a", "key"), "stack 'news'");
			assertThat(stack.push("a", "key")).isEqualTo(new Pushed(false, Optional.of(new Position(0, 1))));
			connections.breakNext();
			assertUncertain(() -> accumulator.append("a", "key"), "accumulator 'jobs'");
			assertThat(accumulator.append("a", "key")).isFalse();
			if (database == TestDatabase.POSTGRESQL) {
				assertStoresWhatWasNot(node.getBean(JdbcClient.class), structures);
			}
			DatabaseTests.assertHolds(stack, "first", "a");
			assertThat(accumulator).containsExactly("first", "a");
		}
	}

	/**
	 * The server ends the session that is about to commit.
	 */
	private static void assertStoresWhatWasNot(JdbcClient jdbc, AppendOnlyStructures structures) {
		jdbc.sql("""
				create function end_session() returns trigger language plpgsql as
				$$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$""").update();
		jdbc.sql("""
				create constraint trigger ending after insert on appendonly_key
				deferrable initially deferred for each row execute function end_session()""").update();
		AppendStack<String> stack = structures.stack("other news", String.class);
		Accumulator<String> accumulator = structures.accumulator("other jobs", String.class);
		assertUncertain(() -> stack.push("a", "key"), "stack 'other news'");
		assertUncertain(() -> accumulator.append("a", "key"), "accumulator 'other jobs'");
		jdbc.sql("drop trigger ending on appendonly_key").update();
		assertThat(stack.push("a", "key")).isEqualTo(new Pushed(true, Optional.of(new Position(0, 0))));
		assertThat(accumulator.append("a", "key")).isTrue();
		DatabaseTests.assertHolds(stack, "a");
		assertThat(accumulator).containsExactly("a");
	}

	/**
	 * An interrupt of the thread that writes would close the file, for everybody.
	 */
	@Test
	void interruptOfACallerLeavesADatabaseInAFileOpen(@TempDir Path directory) {
		String url = "jdbc:h2:file:" + directory.resolve("interrupted") + ";WRITE_DELAY=0";
		try (ConfigurableApplicationContext node = start(new TestDatabase.Url(url))) {
			AppendOnlyStructures structures = node.getBean(AppendOnlyStructures.class);
			AppendStack<String> stack = structures.stack("news", String.class);
			Accumulator<String> accumulator = structures.accumulator("jobs", String.class);
			for (int i = 0; i < 20; i++) {
				Thread.currentThread().interrupt();
				boolean isNew = stack.push("item", "" + i).isNew();
				boolean appended = accumulator.append("item", "" + i);
				assertThat(Thread.interrupted()).isTrue();
				assertThat(isNew && appended).isTrue();
			}
			assertThat(stack.size()).isEqualTo(20);
			assertThat(accumulator.size()).isEqualTo(20);
		}
	}

}
