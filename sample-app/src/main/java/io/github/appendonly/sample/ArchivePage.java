package io.github.appendonly.sample;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

import io.github.appendonly.Changes;
import io.github.appendonly.Entries;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;

/**
 * A page of the archive.
 *
 * @param quakes the events, newest first
 * @param hasOlder whether there are older ones
 * @param hasNewer whether there are newer ones
 */
record ArchivePage(List<QuakeView> quakes, boolean hasOlder, boolean hasNewer) {

	private static final int LENGTH = 50;

	/**
	 * Returns the page below a position, or the newest one.
	 */
	static ArchivePage below(Entries<Quake> archive, Optional<Position> position) {
		List<Entry<Quake>> entries = position.map((than) -> archive.older(than, LENGTH + 1))
			.orElseGet(() -> archive.newest(LENGTH + 1));
		boolean hasOlder = entries.size() > LENGTH;
		return of(entries.subList(0, Math.min(LENGTH, entries.size())), hasOlder, position.isPresent());
	}

	/**
	 * Returns the page above a position, or the oldest one if it is
	 * {@link Position#START}.
	 */
	static ArchivePage above(Entries<Quake> archive, Position position) {
		Changes<Quake> changes = archive.since(position, LENGTH);
		List<Entry<Quake>> entries = new ArrayList<>(changes.entries());
		Collections.reverse(entries);
		return of(entries, !position.equals(Position.START), !changes.caughtUp());
	}

	private static ArchivePage of(List<Entry<Quake>> newestFirst, boolean hasOlder, boolean hasNewer) {
		return new ArchivePage(newestFirst.stream().map(QuakeView::of).toList(), hasOlder, hasNewer);
	}

	/**
	 * The place of this page.
	 * @return a line of text
	 */
	public String range() {
		if (this.quakes.isEmpty()) {
			return "The archive is empty";
		}
		String range = newest() + " down to " + oldest();
		return this.hasOlder ? range : range + ", the first event";
	}

	public Position newest() {
		return this.quakes.isEmpty() ? Position.START : this.quakes.get(0).position();
	}

	public Position oldest() {
		return this.quakes.isEmpty() ? Position.START : this.quakes.get(this.quakes.size() - 1).position();
	}

}
