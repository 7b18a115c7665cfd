package io.github.appendonly.benchmarks.scenario;

import java.util.List;

import io.github.appendonly.benchmarks.application.RedisItems;
import io.github.appendonly.benchmarks.measure.Check;
import io.github.appendonly.benchmarks.measure.Ledger;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.RecordId;

/**
 * Reads the items that a round has added to a Redis stream. Each item must be there once,
 * in the order of its caller.
 */
final class RedisCheck implements Check {

	private static final int PAGE = 10_000;

	private final RedisItems items;

	private RecordId last = RedisItems.START;

	RedisCheck(RedisItems items) {
		this.items = items;
	}

	/**
	 * Starts with an empty stream.
	 */
	void clear() {
		this.items.clear();
		this.last = RedisItems.START;
	}

	@Override
	public void check(Ledger ledger) {
		for (var page = next(); !page.isEmpty(); page = next()) {
			page.forEach((entry) -> ledger.storedInOrder(this.items.order(entry).number()));
			this.last = page.get(page.size() - 1).getId();
		}
	}

	private List<MapRecord<String, String, String>> next() {
		return this.items.after(this.last, PAGE);
	}

}
