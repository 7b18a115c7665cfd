package io.github.appendonly.sample;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.AppendOnlyStructures;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * The page for people, and the pieces that it requests while it is open.
 * <p>
 * An open page follows the stack with a cursor. The cursor expires if the page was
 * inactive for so long that the stack has pruned events that it missed. Then its list
 * starts over with the events on the stack.
 */
@Controller
class QuakePage {

	private static final int TOP_REGIONS = 10;

	private final AppendStack<Quake> recentQuakes;

	private final Archive<Quake> archive;

	private final RegionStatisticsRepository regions;

	private final AppendOnlyStructures appendOnly;

	private final ConcurrentReplay replay;

	QuakePage(AppendStack<Quake> recentQuakes, Archive<Quake> archive, RegionStatisticsRepository regions,
			AppendOnlyStructures appendOnly, ConcurrentReplay replay) {
		this.recentQuakes = recentQuakes;
		this.archive = archive;
		this.regions = regions;
		this.appendOnly = appendOnly;
		this.replay = replay;
	}

	@GetMapping("/")
	String page(Model model) {
		List<Entry<Quake>> held = this.recentQuakes.newest(capacity());
		Position newest = held.stream().map(Entry::position).findFirst().orElse(Position.START);
		model.addAttribute("maxWriters", ConcurrentReplay.MAX_WRITERS);
		addQuakes(model, held, newest);
		addStack(model, held, newest);
		addRegions(model);
		model.addAttribute("archive", ArchivePage.below(this.archive, Optional.empty()));
		return "index";
	}

	@GetMapping("/newer")
	String newer(@RequestParam(defaultValue = "start") Position than, Model model) {
		Changes<Quake> changes = this.recentQuakes.since(than, capacity());
		boolean startOver = changes.expired() || changes.ahead();
		if (changes.ahead()) {
			changes = this.recentQuakes.fromOldest(capacity());
		}
		List<Entry<Quake>> arrived = new ArrayList<>(changes.entries());
		Collections.reverse(arrived);
		model.addAttribute("startOver", startOver);
		addQuakes(model, arrived, changes.cursor());
		if (!arrived.isEmpty()) {
			addStack(model, this.recentQuakes.newest(capacity()), than);
			addRegions(model);
		}
		return "pieces :: newer";
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

	private void addQuakes(Model model, List<Entry<Quake>> entries, Position cursor) {
		model.addAttribute("quakes", entries.stream().map(QuakeView::known).toList());
		model.addAttribute("cursor", cursor);
	}

	private void addStack(Model model, List<Entry<Quake>> held, Position drawn) {
		List<QuakeView> quakes = held.stream().map((entry) -> QuakeView.of(entry, drawn)).toList();
		long archivedLayers = this.appendOnly.status(QuakeFeed.STACK).archivedLayers();
		model.addAttribute("stack", StackPicture.of(this.recentQuakes.bounds(), quakes, archivedLayers, drawn));
	}

	private void addRegions(Model model) {
		List<RegionStatistics> all = this.regions.findAllByOrderByStrongestDescCountDescRegionAsc();
		model.addAttribute("regions", all.stream().limit(TOP_REGIONS).toList());
		model.addAttribute("regionCount", all.size());
		model.addAttribute("total", all.stream().mapToLong(RegionStatistics::getCount).sum());
	}

	/*
	 * The page shows all events on the stack, so a step of this size always catches up.
	 */
	private int capacity() {
		StackBounds bounds = this.recentQuakes.bounds();
		return bounds.maxLayers() * bounds.maxLength();
	}

}
