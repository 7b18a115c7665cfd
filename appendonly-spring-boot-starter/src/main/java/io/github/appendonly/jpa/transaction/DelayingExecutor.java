package io.github.appendonly.jpa.transaction;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs tasks at once, or a moment later.
 */
@FunctionalInterface
public interface DelayingExecutor extends Executor {

	/**
	 * Runs a task on another thread, but not before some time has passed.
	 * @param task the task
	 * @param delay the time, which may be zero
	 * @throws RejectedExecutionException if it takes no more tasks
	 */
	void execute(Runnable task, Duration delay);

	@Override
	default void execute(Runnable task) {
		execute(task, Duration.ZERO);
	}

}
