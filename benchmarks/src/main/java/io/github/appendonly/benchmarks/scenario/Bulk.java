package io.github.appendonly.benchmarks.scenario;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.Dialect;
import io.github.appendonly.benchmarks.application.Feed;
import io.github.appendonly.benchmarks.application.JdbcItems;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.application.SequenceItem;
import io.github.appendonly.benchmarks.application.SequenceItemRepository;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Heading;
import io.github.appendonly.benchmarks.measure.LocalContender;
import org.postgresql.PGConnection;

/**
 * Many items at once.
 */
final class Bulk implements Scenario {

	private static final int ITEMS = 10_000;

	private static final String COPY = "copy " + JdbcItems.TABLE + " (" + JdbcItems.COLUMNS + ") from stdin";

	@Override
	public String name() {
		return "bulk";
	}

	@Override
	public String description() {
		return "10,000 items at once, one caller";
	}

	@Override
	public void run(Bench bench) {
		Application application = bench.application();
		application.empty();
		List<Contender> contenders = new ArrayList<>(List.of(saveAll(application), pushAll(application)));
		if (application.dialect() == Dialect.POSTGRESQL) {
			contenders.add(0, copy(application));
		}
		bench.match(new Heading(name(), "", 1), contenders, contenders.get(0).name());
	}

	private static Contender pushAll(Application application) {
		Feed feed = application.feed(Application.ORDERS);
		return new LocalContender("AppendStack", (worker) -> {
			feed.stack().pushAll(worker.next(ITEMS));
			return ITEMS;
		}, new StackCheck(feed));
	}

	private static Contender saveAll(Application application) {
		SequenceItemRepository items = application.bean(SequenceItemRepository.class);
		return new LocalContender("saveAll", (worker) -> {
			items.saveAll(worker.next(ITEMS).stream().map(SequenceItem::new).toList());
			return ITEMS;
		}, new RowCheck(application.jdbc(), "bench_sequence_item"));
	}

	private static Contender copy(Application application) {
		DataSource dataSource = application.dataSource();
		return new LocalContender("copy", (worker) -> {
			copy(dataSource, worker.next(ITEMS));
			return ITEMS;
		}, new RowCheck(application.jdbc(), JdbcItems.TABLE));
	}

	private static void copy(DataSource dataSource, List<Order> orders) {
		try (Connection connection = dataSource.getConnection()) {
			String rows = orders.stream().map(Bulk::row).collect(Collectors.joining());
			connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY, new StringReader(rows));
		}
		catch (SQLException ex) {
			throw new IllegalStateException("COPY failed", ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A row in the format of COPY. An order contains nothing that needs to be escaped.
	 */
	private static String row(Order order) {
		return order.number() + "\t" + order.customer() + "\t" + order.article() + "\t" + order.quantity() + "\t"
				+ order.cents() + "\t" + order.status() + "\n";
	}

}
