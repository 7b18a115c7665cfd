package io.github.appendonly.autoconfigure;

import java.time.Duration;

import io.github.appendonly.AppendStack;
import io.github.appendonly.jpa.StructureOperations;
import io.github.appendonly.jpa.table.TablesMissingException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;

/**
 * Places what an application that ended abruptly has left, when this one starts, unless
 * it finds that there are no tables: better to fail then than at the first push. When it
 * stops, after requests have ended, what is under way is finished and nothing more is
 * taken, for as long as each phase may take; the rest is refused.
 */
public final class AppendOnlyLifecycle implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(AppendOnlyLifecycle.class);

	/** After the web server has stopped (which does so at 2048 below). */
	private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

	private final StructureOperations operations;

	private final ObjectProvider<AppendStack<?>> stacks;

	private final SequencerThreads threads;

	private final Duration limit;

	private volatile boolean running;

	AppendOnlyLifecycle(StructureOperations operations, ObjectProvider<AppendStack<?>> stacks, SequencerThreads threads,
			Duration limit) {
		this.operations = operations;
		this.stacks = stacks;
		this.threads = threads;
		this.limit = limit;
	}

	@Override
	public void start() {
		this.threads.start();
		this.running = true;
		try {
			makeHandles();
			this.operations.start();
		}
		catch (TablesMissingException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			logger.warn("What was left in inboxes could not be placed; the next push or read tries again", ex);
		}
	}

	/**
	 * Has all stacks that are beans made, lazy ones too: inboxes are placed by those that
	 * have a pruner.
	 */
	private void makeHandles() {
		this.stacks.forEach((stack) -> {
		});
	}

	@Override
	public void stop() {
		long begun = System.nanoTime();
		if (!this.operations.finish(this.limit)) {
			logger.warn("What was pushed asynchronously could not be stored within " + this.limit
					+ "; what has not been begun is refused");
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
