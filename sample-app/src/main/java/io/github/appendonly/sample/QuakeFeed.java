package io.github.appendonly.sample;

import io.github.appendonly.AppendStack;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Records events.
 */
@Service
public class QuakeFeed {

	/** The name of the stack in the application's properties. */
	static final String STACK = "recent-quakes";

	private final AppendStack<Quake> recentQuakes;

	private final RegionStatisticsRepository regions;

	QuakeFeed(AppendStack<Quake> recentQuakes, RegionStatisticsRepository regions) {
		this.recentQuakes = recentQuakes;
		this.regions = regions;
	}

	/**
	 * Records an event. The statistics of its region and the stack change together, or
	 * not at all.
	 * <p>
	 * The transaction is repeated because of the statistics, not because of the push. On
	 * H2, two events can collide if both are the first of a region: {@code MERGE} fails
	 * where PostgreSQL's {@code ON CONFLICT} waits.
	 * @param quake the event
	 */
	@Retryable(includes = { ConcurrencyFailureException.class, DataIntegrityViolationException.class }, delay = 10,
			jitter = 5)
	@Transactional
	public void record(Quake quake) {
		this.regions.count(quake.region(), quake.magnitude(), quake.time());
		this.recentQuakes.push(quake);
	}

}
