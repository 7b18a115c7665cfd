package io.github.appendonly.sample;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.appendonly.Entry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Stopping and starting again, on each database.
 */
abstract class RestartTests {

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	/**
	 * The properties that lead to a new, empty database.
	 */
	abstract List<String> database();

	@Test
	void positionsStayAndTheReplayGoesOnWhereItWas() {
		List<String> database = database();
		List<Entry<Quake>> before;
		try (RunningApplication application = RunningApplication.start(database, "quakes.replay.head-start=24h",
				"quakes.replay.speed=100000")) {
			await().atMost(PATIENCE).until(() -> application.history().size() > 400);
			assertThat(application.replay(16).lost()).isZero();
			application.stopReplay();
			before = application.oldestFirst();
			application.assertStatisticsAgree();
		}
		assertThat(before).hasSizeGreaterThan(400 + 1707).hasSizeLessThan(2 * 1707);
		try (RunningApplication application = RunningApplication.start(database, "quakes.replay.head-start=7d")) {
			await().atMost(PATIENCE).until(() -> application.history().size() >= 2 * 1707);
			List<Entry<Quake>> after = application.oldestFirst();
			assertThat(after.subList(0, before.size())).isEqualTo(before);
			assertThat(ids(after)).containsExactlyInAnyOrderElementsOf(twice(application.week()));
			assertThat(after).extracting((entry) -> entry.position().toString())
				.isEqualTo(IntStream.range(0, 2 * 1707).mapToObj((n) -> n / 25 + "-" + n % 25).toList());
			application.assertStatisticsAgree();
		}
	}

	private static List<String> ids(List<Entry<Quake>> entries) {
		return entries.stream().map((entry) -> entry.item().id()).toList();
	}

	private static List<String> twice(List<Quake> quakes) {
		return Stream.of(quakes, quakes).flatMap(List::stream).map(Quake::id).toList();
	}

}
