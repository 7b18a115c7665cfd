package io.github.appendonly.sample;

import java.util.List;
import java.util.Optional;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Changes;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import io.github.appendonly.StartAt;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.subscriber.Subscribers;
import io.github.appendonly.web.EntryEvents;
import io.github.appendonly.web.EntryPage;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * The API for programs.
 */
@RestController
@RequestMapping("/api")
class QuakeApi {

	private static final String DEFAULT_LIMIT = "50";

	private static final int MAX_LIMIT = 500;

	private final QuakeFeed feed;

	private final AppendStack<Quake> recentQuakes;

	private final History<Quake> history;

	private final RegionStatisticsRepository regions;

	private final AppendOnlyStructures appendOnly;

	private final AlertRepository alerts;

	private final Subscribers subscribers;

	private final ConcurrentReplay replay;

	QuakeApi(QuakeFeed feed, AppendStack<Quake> recentQuakes, History<Quake> history,
			RegionStatisticsRepository regions, AppendOnlyStructures appendOnly, AlertRepository alerts,
			Subscribers subscribers, ConcurrentReplay replay) {
		this.feed = feed;
		this.recentQuakes = recentQuakes;
		this.history = history;
		this.regions = regions;
		this.appendOnly = appendOnly;
		this.alerts = alerts;
		this.subscribers = subscribers;
		this.replay = replay;
	}

	@PostMapping("/quakes")
	@ResponseStatus(HttpStatus.CREATED)
	Quake record(@RequestBody @Valid Quake quake) {
		this.feed.record(quake);
		return quake;
	}

	/**
	 * Returns a page backwards through the stack and its archive.
	 */
	@GetMapping("/quakes")
	EntryPage<Quake> older(@RequestParam(defaultValue = DEFAULT_LIMIT) @Min(1) @Max(MAX_LIMIT) int limit,
			@RequestParam Optional<Position> older) {
		return EntryPage.below(this.history, older, limit);
	}

	/**
	 * Returns the events after a cursor. Without a cursor, it begins with the first.
	 */
	@GetMapping("/quakes/newer")
	Changes<Quake> newer(@RequestParam(defaultValue = DEFAULT_LIMIT) @Min(1) @Max(MAX_LIMIT) int limit,
			@RequestParam(defaultValue = "start") Position than) {
		return this.history.since(than, limit);
	}

	/**
	 * Sends the events as server-sent events: those from a place on, and then live.
	 * Without a place, it begins with the first.
	 */
	@GetMapping("/quakes/events")
	EntryEvents<Quake> events(@RequestParam Optional<StartAt> start) {
		return EntryEvents.of(this.history).startAt(start);
	}

	@GetMapping("/stack")
	StackView stack() {
		return StackView.of(this.recentQuakes.bounds(), this.appendOnly.status(QuakeFeed.STACK));
	}

	@GetMapping("/regions")
	List<RegionStatistics> regions() {
		return this.regions.findAllByOrderByStrongestDescCountDescRegionAsc();
	}

	@GetMapping("/alerts")
	AlertsView alerts() {
		return AlertsView.of(this.alerts, this.subscribers.status(Alerts.ID));
	}

	@PostMapping("/quakes/replay")
	ConcurrentReplay.Report replay(
			@RequestParam(defaultValue = "32") @Min(1) @Max(ConcurrentReplay.MAX_WRITERS) int writers) {
		return this.replay.run(writers);
	}

}
