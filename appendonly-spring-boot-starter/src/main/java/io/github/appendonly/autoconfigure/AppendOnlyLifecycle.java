package io.github.appendonly.autoconfigure;

import io.github.appendonly.AppendStack;
import io.github.appendonly.jpa.JpaAppendOnly;
import io.github.appendonly.jpa.TablesMissingException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;

/**
 * Places what an application that ended abruptly has left, when this one starts, unless
 * it finds that there are no tables: better to fail then than at the first push. Lets
 * what is under way finish, after requests have ended, when it stops.
 */
final class AppendOnlyLifecycle implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(AppendOnlyLifecycle.class);

	/** After the web server has stopped (which does so at 2048 below). */
	private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

	private final JpaAppendOnly structures;

	private final ObjectProvider<AppendStack<?>> stacks;

	private final SequencerThreads threads;

	private volatile boolean running;

	AppendOnlyLifecycle(JpaAppendOnly structures, ObjectProvider<AppendStack<?>> stacks, SequencerThreads threads) {
		this.structures = structures;
		this.stacks = stacks;
		this.threads = threads;
	}

	@Override
	public void start() {
		this.threads.start();
		this.running = true;
		try {
			this.structures.placeLeftovers(this.stacks.stream().toList());
		}
		catch (TablesMissingException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			logger.warn("What was left in inboxes could not be placed; the next push or read tries again", ex);
		}
	}

	@Override
	public void stop() {
		this.threads.shutdown();
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
