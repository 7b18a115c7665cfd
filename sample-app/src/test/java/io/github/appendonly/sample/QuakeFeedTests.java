package io.github.appendonly.sample;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.jpa.AppendOnlyStructures;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What {@link QuakeFeed} promises, on each database.
 */
@SuppressWarnings("NullAway.Init")
abstract class QuakeFeedTests {

	private static final int WRITERS = 32;

	@Autowired
	private QuakeFeed feed;

	@Autowired
	private History<Quake> history;

	@Autowired
	private RegionStatisticsRepository regions;

	@Autowired
	private AppendOnlyStructures appendOnly;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private TransactionTemplate transaction;

	@BeforeEach
	void empty() {
		this.appendOnly.drop(QuakeFeed.STACK);
		this.jdbc.sql("delete from region_statistics").update();
	}

	@Test
	void statisticsAreOfAllEventsOfARegion() {
		this.feed.record(Quakes.quake("a", "1km N of Here, Testland", 1.5, 2000));
		this.feed.record(Quakes.quake("b", "2km N of Here, Testland", 4.5, 3000));
		this.feed.record(Quakes.quake("c", "3km N of Here, Testland", -0.5, 1000));
		this.feed.record(Quakes.quake("d", "Elsewhere", 2, 1000));
		assertThat(this.regions.findAllByOrderByStrongestDescCountDescRegionAsc())
			.extracting(RegionStatistics::getRegion, RegionStatistics::getCount, RegionStatistics::getStrongest,
					RegionStatistics::getLastTime)
			.containsExactly(tuple("Testland", 3L, 4.5, 3000L), tuple("Elsewhere", 1L, 2.0, 1000L));
	}

	@Test
	void rollbackLeavesNeitherStatisticsNorEvent() {
		this.feed.record(Quakes.quake("kept"));
		this.transaction.executeWithoutResult((status) -> {
			this.feed.record(Quakes.quake("gone"));
			this.feed.record(Quakes.quake("gone too", "Elsewhere"));
			status.setRollbackOnly();
		});
		assertThat(ids()).containsExactly("kept");
		assertThat(countsByRegion()).containsExactly("Testland 1");
	}

	@Test
	void anEventWhoseStatisticsFailIsNotInTheStack() {
		Quake quake = Quakes.quake("too long", "x".repeat(PlainText.MAX_LENGTH + 1));
		assertThatExceptionOfType(DataIntegrityViolationException.class).isThrownBy(() -> this.feed.record(quake));
		assertThat(ids()).isEmpty();
		assertThat(countsByRegion()).isEmpty();
	}

	@Test
	void theFirstEventsOfARegionMayAllComeAtOnce() {
		int regions = 16;
		ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
		try {
			List<CompletableFuture<Void>> writers = IntStream.range(0, WRITERS)
				.mapToObj((writer) -> CompletableFuture.runAsync(() -> recordOneForEach(regions, writer), threads))
				.toList();
			CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new)).join();
		}
		finally {
			threads.shutdown();
		}
		assertThat(ids()).hasSize(regions * WRITERS).doesNotHaveDuplicates();
		assertThat(countsByRegion()).containsExactlyInAnyOrderElementsOf(
				IntStream.range(0, regions).mapToObj((n) -> n + " " + WRITERS).toList());
	}

	private void recordOneForEach(int regions, int writer) {
		IntStream.range(0, regions)
			.forEach((region) -> this.feed.record(Quakes.quake(writer + "-" + region, "Somewhere, " + region)));
	}

	private List<String> ids() {
		return this.history.stream().map(Entry::item).map(Quake::id).toList();
	}

	private List<String> countsByRegion() {
		Stream<RegionStatistics> all = this.regions.findAllByOrderByStrongestDescCountDescRegionAsc().stream();
		return all.map((region) -> region.getRegion() + " " + region.getCount()).toList();
	}

}
