package io.github.appendonly.benchmarks.follow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.Dialect;
import io.github.appendonly.benchmarks.application.JdbcItems;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Heading;
import io.github.appendonly.benchmarks.scenario.Bench;
import io.github.appendonly.benchmarks.scenario.Scenario;

/**
 * The time from a commit until a follower has the item.
 */
final class Tail implements Scenario {

	private static final List<Integer> RATES = List.of(100, 5_000);

	/** Each caller adds 100 items a second. */
	private static final Duration PACE = Duration.ofMillis(10);

	private static final int EACH = 100;

	private static final String NOTIFY = "appendonly.follow.notify=true";

	@Override
	public String name() {
		return "tail";
	}

	@Override
	public String description() {
		return "from a commit to a follower, with 100/s and 5,000/s: on the same node, and on another one";
	}

	@Override
	public void run(Bench bench) {
		Application application = bench.application();
		application.empty();
		boolean notifies = application.dialect() == Dialect.POSTGRESQL;
		List<Application> nodes = new ArrayList<>();
		try {
			nodes.add(Application.join(application.access(), bench.options().pool()));
			for (int i = 0; notifies && i < 2; i++) {
				nodes.add(Application.join(application.access(), bench.options().pool(), NOTIFY));
			}
			List<Line> lines = lines(application, nodes);
			for (int rate : RATES) {
				List<Contender> contenders = lines.stream().<Contender>map((line) -> new Delivery(line, PACE)).toList();
				bench.match(new Heading(name(), rate + "/s", rate / EACH), contenders, PolledRows.NAME);
			}
		}
		finally {
			nodes.forEach(Application::close);
		}
	}

	private static List<Line> lines(Application application, List<Application> nodes) {
		List<Line> lines = new ArrayList<>();
		lines.add(new PolledRows(application.bean(JdbcItems.class)));
		lines.add(line("same-node", application, application));
		lines.add(line("other-node", application, nodes.get(0)));
		if (nodes.size() > 1) {
			lines.add(line("other-node-notify", nodes.get(1), nodes.get(2)));
		}
		return lines;
	}

	private static Line line(String name, Application pushing, Application following) {
		return new FollowedFeed(name, pushing.feed(Application.ORDERS), following.feed(Application.ORDERS));
	}

}
