package io.github.appendonly.autoconfigure;

import java.time.Duration;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Family;
import io.github.appendonly.jpa.StructureOperations;
import io.github.appendonly.jpa.table.TablesMissingException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;

/**
 * Places the items in the inboxes when the application starts, since a crashed node may
 * have left some. If the tables are missing, the start fails, rather than the first push.
 * While the application runs, it looks now and then for items that wait in an inbox, in
 * case another node has ended.
 * <p>
 * When the application stops, after its requests have ended, new asynchronous pushes are
 * refused. Those that were accepted are completed, and committed items are placed. That
 * takes at most the timeout of a shutdown phase. The rest is refused, and inboxes stay as
 * they are, for the next start. Other pushes and reads go on. Audit events and HTTP
 * exchanges are written before that, in an earlier phase.
 */
public final class AppendOnlyLifecycle implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(AppendOnlyLifecycle.class);

	/** Stops after the web server, whose phase is 2048 below the default one. */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

	private final StructureOperations operations;

	private final ObjectProvider<AppendStack<?>> stacks;

	private final ObjectProvider<Family<?>> families;

	private final SequencerThreads threads;

	private final Duration limit;

	private final Duration checkInterval;

	private volatile boolean running;

	AppendOnlyLifecycle(StructureOperations operations, ObjectProvider<AppendStack<?>> stacks,
			ObjectProvider<Family<?>> families, SequencerThreads threads, Duration limit, Duration checkInterval) {
		this.operations = operations;
		this.stacks = stacks;
		this.families = families;
		this.threads = threads;
		this.limit = limit;
		this.checkInterval = checkInterval;
	}

	@Override
	public void start() {
		this.threads.start();
		this.running = true;
		makeHandles();
		try {
			this.operations.start();
		}
		catch (TablesMissingException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			logger.warn("Items left in inboxes could not be placed; the next push or read tries again", ex);
		}
		if (!this.checkInterval.isZero()) {
			this.threads.repeat(this.operations::placeLeftovers, this.checkInterval);
		}
	}

	/**
	 * Creates all stacks and families that are beans, including lazy ones, because
	 * inboxes are placed with their pruners.
	 */
	private void makeHandles() {
		try {
			this.stacks.forEach((stack) -> {
			});
			this.families.forEach((family) -> {
			});
		}
		catch (RuntimeException ex) {
			logger.warn(
					"A stack or a family that is a bean could not be created; inboxes are placed without its pruner",
					ex);
		}
	}

	@Override
	public void stop() {
		long begun = System.nanoTime();
		if (!this.operations.stop(this.limit)) {
			logger.warn("Asynchronous pushes could not be completed within " + this.limit
					+ "; those that have not begun are refused");
		}
		this.threads.shutdown(this.limit.minusNanos(System.nanoTime() - begun));
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
