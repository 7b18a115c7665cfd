package io.github.appendonly.sample;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.appendonly.Entry;
import io.github.appendonly.History;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application in this JVM, without its web server.
 */
final class RunningApplication implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private RunningApplication(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static RunningApplication start(List<String> database, String... properties) {
		String[] arguments = Stream.of(database, List.of(properties), List.of("spring.main.web-application-type=none"))
			.flatMap(List::stream)
			.map("--"::concat)
			.toArray(String[]::new);
		return new RunningApplication(SpringApplication.run(SampleApplication.class, arguments));
	}

	@SuppressWarnings("unchecked") // the only one that the application has
	History<Quake> history() {
		return this.context.getBean(History.class);
	}

	List<Entry<Quake>> oldestFirst() {
		List<Entry<Quake>> entries = new ArrayList<>(history().stream().toList());
		Collections.reverse(entries);
		return entries;
	}

	List<Quake> week() {
		return this.context.getBean(RecordedWeek.class).quakes();
	}

	ConcurrentReplay.Report replay(int writers) {
		return this.context.getBean(ConcurrentReplay.class).run(writers);
	}

	void stopReplay() {
		this.context.getBean(WeekReplay.class).stop();
	}

	/**
	 * Asserts that the statistics are those of the events that are there.
	 */
	void assertStatisticsAgree() {
		Map<String, Long> counts = history().stream()
			.map((entry) -> entry.item().region())
			.collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
		RegionStatisticsRepository regions = this.context.getBean(RegionStatisticsRepository.class);
		assertThat(regions.findAllByOrderByStrongestDescCountDescRegionAsc())
			.extracting((region) -> Map.entry(region.getRegion(), region.getCount()))
			.containsExactlyInAnyOrderElementsOf(counts.entrySet());
	}

	@Override
	public void close() {
		this.context.close();
	}

}
