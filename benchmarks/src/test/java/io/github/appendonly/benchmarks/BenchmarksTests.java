package io.github.appendonly.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the scenarios can be played. How fast they are is not tested.
 */
class BenchmarksTests {

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	private final ByteArrayOutputStream progress = new ByteArrayOutputStream();

	private int run(String... arguments) {
		Charset charset = StandardCharsets.UTF_8;
		return new Benchmarks(new PrintStream(this.out, true, charset), new PrintStream(this.progress, true, charset))
			.run(arguments);
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgresql" })
	void playsARoundAndWritesWhatItMeasured(String database, @TempDir Path directory) {
		Path json = directory.resolve("results.json");
		int exitCode = run("push", "push-in-transaction", "feed", "growth", "--database", database, "--threads", "2",
				"--work", "0", "--items", "0", "--stacks", "4", "--seconds", "0.05", "--rounds", "1", "--json",
				json.toString());
		assertThat(exitCode).as(this.progress.toString(StandardCharsets.UTF_8)).isZero();
		assertThat(this.out.toString(StandardCharsets.UTF_8)).contains("lost=0");
		JsonNode results = JsonMapper.builder().build().readTree(json);
		assertThat(results).extracting((result) -> result.get("scenario").asString())
			.contains("push", "push-in-transaction", "feed", "growth");
		assertThat(results).allSatisfy((result) -> {
			assertThat(result.get("database").asString()).isEqualTo(database);
			assertThat(result.get("itemsPerSecond").asDouble()).isPositive();
			assertThat(result.get("lost").asLong()).isZero();
		});
	}

	@Test
	void playsFollowersAndSubscribers() {
		int exitCode = run("tail", "subscriber", "--database", "h2", "--entries", "300", "--seconds", "0.05",
				"--rounds", "1");
		assertThat(exitCode).as(this.progress.toString(StandardCharsets.UTF_8)).isZero();
		assertThat(this.out.toString(StandardCharsets.UTF_8)).contains("same-node", "other-node", "modulith",
				"skip-locked");
	}

	@ParameterizedTest
	@ValueSource(strings = { "nothing", "--nothing", "--threads", "--threads=1" })
	void refusesWhatItDoesNotKnow(String argument) {
		assertThat(run(argument)).isEqualTo(2);
		assertThat(this.progress.toString(StandardCharsets.UTF_8)).hasLineCount(1).contains(argument);
	}

	@Test
	void refusesNumbersThatAreNone() {
		assertThat(run("--threads", "1,many")).isEqualTo(2);
		assertThat(run("--rounds", "0")).isEqualTo(2);
	}

}
