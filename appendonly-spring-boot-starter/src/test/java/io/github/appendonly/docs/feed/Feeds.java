package io.github.appendonly.docs.feed;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.Family;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
public class Feeds {

	private static final int PAGE = 20;

	private static final int MANY = 100;

	private final Family<Activity> feed;

	private final AuthorRepository authors;

	private final ReadMarkRepository marks;

	public Feeds(Family<Activity> feed, AuthorRepository authors, ReadMarkRepository marks) {
		this.feed = feed;
		this.authors = authors;
		this.marks = marks;
	}

	@Transactional
	public void post(String team, long author, String text) {
		// … your own tables, in the same transaction …
		this.feed.stack(team).push(new Activity(author, text, Instant.now()));
	}

	@Transactional
	public void postOnce(String team, long author, String text, String request) {
		Activity activity = new Activity(author, text, Instant.now());
		if (this.feed.stack(team).push(activity, author + "/" + request).isNew()) {
			// … your own tables, in the same transaction …
		}
	}

	public List<Entry<ActivityView>> page(String team, Optional<Position> below) {
		History<Activity> history = this.feed.history(team);
		List<Entry<Activity>> page = below.map((position) -> history.older(position, PAGE))
			.orElseGet(() -> history.newest(PAGE));
		Map<Long, String> names = names(page);
		return page.stream().map((entry) -> entry.map((activity) -> ActivityView.of(activity, names))).toList();
	}

	private Map<Long, String> names(List<Entry<Activity>> entries) {
		List<Long> ids = entries.stream().map((entry) -> entry.item().author()).distinct().toList();
		return this.authors.findAllById(ids).stream().collect(Collectors.toMap(Author::getId, Author::getName));
	}

	public Changes<ActivityView> since(String team, Position cursor) {
		Changes<Activity> step = this.feed.history(team).since(cursor, PAGE);
		Map<Long, String> names = names(step.entries());
		return step.map((activity) -> ActivityView.of(activity, names));
	}

	public String unread(String team, long reader) {
		Position read = this.marks.findById(new ReadMark.Id(team, reader))
			.map(ReadMark::getPosition)
			.orElse(Position.START);
		int unread = this.feed.history(team).countAfter(read, MANY);
		return (unread < MANY) ? "" + unread : "99+";
	}

	@Transactional
	public void markRead(String team, long reader, Position upTo) {
		ReadMark.Id id = new ReadMark.Id(team, reader);
		if (this.marks.findById(id).map(ReadMark::getPosition).map(upTo::isAfter).orElse(true)) {
			this.marks.save(new ReadMark(id, upTo));
		}
	}

	public List<String> teams(String after) {
		return this.feed.members(after, MANY);
	}

	@Transactional
	public void remove(String team) {
		this.marks.deleteByIdTeam(team);
		this.feed.drop(team);
	}

	public void forget(long author) {
		String last = "";
		for (List<String> page = teams(last); !page.isEmpty(); page = teams(last)) {
			page.forEach((team) -> this.feed.history(team).eraseIf((activity) -> activity.author() == author));
			last = page.get(page.size() - 1);
		}
	}

}
