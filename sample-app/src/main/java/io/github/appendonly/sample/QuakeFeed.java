package io.github.appendonly.sample;

import io.github.appendonly.AppendStack;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Takes events in.
 */
@Service
public class QuakeFeed {

	/** The name of the stack, as the application's properties have it. */
	static final String STACK = "recent-quakes";

	private final AppendStack<Quake> recentQuakes;

	private final RegionStatisticsRepository regions;

	QuakeFeed(AppendStack<Quake> recentQuakes, RegionStatisticsRepository regions) {
		this.recentQuakes = recentQuakes;
		this.regions = regions;
	}

	/**
	 * Records an event: its region's statistics and the stack change together, or neither
	 * does.
	 * <p>
	 * It is the statistics that may have to be repeated: two events that are the first of
	 * a region can collide on H2, whose {@code MERGE} fails where PostgreSQL's
	 * {@code ON CONFLICT} waits.
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
