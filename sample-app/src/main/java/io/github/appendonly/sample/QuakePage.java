package io.github.appendonly.sample;

import java.util.List;
import java.util.Optional;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import io.github.appendonly.StartAt;
import io.github.appendonly.subscriber.Subscribers;
import io.github.appendonly.web.EntryEvents;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * The page for people. While it is open, it gets what is new by server-sent events.
 */
@Controller
class QuakePage {

	private final AppendStack<Quake> recentQuakes;

	private final Archive<Quake> archive;

	private final RegionStatisticsRepository regions;

	private final AlertRepository alerts;

	private final Subscribers subscribers;

	private final ConcurrentReplay replay;

	private final EntryEvents<Quake> events;

	QuakePage(AppendStack<Quake> recentQuakes, Archive<Quake> archive, History<Quake> history,
			RegionStatisticsRepository regions, AlertRepository alerts, Subscribers subscribers,
			ConcurrentReplay replay) {
		this.recentQuakes = recentQuakes;
		this.archive = archive;
		this.regions = regions;
		this.alerts = alerts;
		this.subscribers = subscribers;
		this.replay = replay;
		this.events = EntryEvents.of(history).map(this::live);
	}

	/*
	 * The stack is read first. So the statistics count at least the events on it, and
	 * each event that comes later brings those of its region anew.
	 */
	@GetMapping("/")
	String page(Model model) {
		StackBounds bounds = this.recentQuakes.bounds();
		List<QuakeView> quakes = this.recentQuakes.newest(bounds.maxLayers() * bounds.maxLength())
			.stream()
			.map(QuakeView::of)
			.toList();
		model.addAttribute("quakes", quakes);
		model.addAttribute("cursor", quakes.isEmpty() ? Position.START : quakes.get(0).position());
		model.addAttribute("stack", StackPicture.of(bounds, quakes));
		List<RegionStatistics> all = this.regions.findAllByOrderByStrongestDescCountDescRegionAsc();
		model.addAttribute("regions", all);
		model.addAttribute("total", all.stream().mapToLong(RegionStatistics::getCount).sum());
		model.addAttribute("alerts", alerts());
		model.addAttribute("archive", ArchivePage.below(this.archive, Optional.empty()));
		model.addAttribute("maxWriters", ConcurrentReplay.MAX_WRITERS);
		return "index";
	}

	/**
	 * What is new, for an open page. It begins where the page was when it was opened, and
	 * goes on after the last event that it got.
	 */
	@GetMapping("/events")
	EntryEvents<Quake> events(@RequestParam Optional<StartAt> start) {
		return this.events.startAt(start);
	}

	private LiveQuake live(Entry<Quake> entry) {
		return LiveQuake.of(entry, this.regions.findByRegion(entry.item().region()).orElseThrow());
	}

	/**
	 * Returns the alerts. An open page asks when events have arrived, and again while
	 * some were not looked at.
	 */
	@GetMapping("/alerts")
	String alerts(Model model) {
		model.addAttribute("alerts", alerts());
		return "pieces :: alerts";
	}

	private AlertsView alerts() {
		return AlertsView.of(this.alerts, this.subscribers.status(Alerts.ID));
	}

	/**
	 * Returns a page of the archive: the one below a position, or the one above it, or
	 * the newest one.
	 */
	@GetMapping("/archive")
	String archive(@RequestParam Optional<Position> older, @RequestParam Optional<Position> newer, Model model) {
		model.addAttribute("archive", newer.map((than) -> ArchivePage.above(this.archive, than))
			.orElseGet(() -> ArchivePage.below(this.archive, older)));
		return "pieces :: archive";
	}

	@PostMapping("/replay")
	String replay(@RequestParam @Min(1) @Max(ConcurrentReplay.MAX_WRITERS) int writers, Model model) {
		try {
			model.addAttribute("report", this.replay.run(writers));
		}
		catch (ReplayRunningException ex) {
			model.addAttribute("refusal", ex.getMessage());
		}
		return "pieces :: report";
	}

}
