package io.github.appendonly.docs.trail;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import org.springframework.stereotype.Service;

@Service
public class TrailReports {

	private final History<Access> accessTrailHistory;

	private final PersonRepository people;

	TrailReports(History<Access> accessTrailHistory, PersonRepository people) {
		this.accessTrailHistory = accessTrailHistory;
		this.people = people;
	}

	public List<Entry<AccessView>> page(Optional<Position> below) {
		List<Entry<Access>> page = below.map((position) -> this.accessTrailHistory.older(position, 50))
			.orElseGet(() -> this.accessTrailHistory.newest(50));
		Map<Long, String> names = names(page);
		return page.stream().map((entry) -> entry.map((access) -> AccessView.of(access, names))).toList();
	}

	public Changes<AccessView> since(Position cursor) {
		Changes<Access> step = this.accessTrailHistory.since(cursor, 50);
		Map<Long, String> names = names(step.entries());
		return step.map((access) -> AccessView.of(access, names));
	}

	private Map<Long, String> names(List<Entry<Access>> entries) {
		List<Long> ids = entries.stream().map((entry) -> entry.item().person()).distinct().toList();
		return this.people.findAllById(ids).stream().collect(Collectors.toMap(Person::getId, Person::getName));
	}

	public void export(PrintWriter out) {
		this.accessTrailHistory.oldestFirst().forEach((entry) -> {
			Access access = entry.item();
			out.printf("%s;%s;%d;%d;%s;%b%n", entry.position(), access.at(), access.person(), access.file(),
					access.what(), access.allowed());
		});
	}

	public long forget(long person) {
		return this.accessTrailHistory.eraseIf((access) -> access.person() == person).erased();
	}

}
