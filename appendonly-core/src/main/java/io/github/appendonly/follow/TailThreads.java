package io.github.appendonly.follow;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/**
 * Where the work for followers is done. Each method returns at once, and the task runs on
 * another thread. A rejected task means that no more work is done, so the followers
 * concerned end. Any other exception or error means that there is no thread now. Such a
 * task is given once more, to be done later, and may run in any case.
 */
public interface TailThreads {

	/**
	 * Runs a task that reads. It is up to the implementation how many run at once.
	 * @param task the task, which handles its failures
	 * @throws RejectedExecutionException if no more tasks are accepted
	 */
	void read(Runnable task);

	/**
	 * Runs a task that reads, after a delay.
	 * @param task the task, which handles its failures
	 * @param delay the delay
	 * @throws RejectedExecutionException if no more tasks are accepted
	 */
	void readLater(Runnable task, Duration delay);

	/**
	 * Runs a task that calls followers. It takes as long as they do.
	 * @param task the task, which handles its failures
	 * @throws RejectedExecutionException if no more tasks are accepted
	 */
	void call(Runnable task);

}
