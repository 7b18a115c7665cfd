package io.github.appendonly.jpa.transaction;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs tasks on other threads, at once or after a delay.
 */
@FunctionalInterface
public interface DelayingExecutor extends Executor {

	/**
	 * Runs a task on another thread, at the earliest after a delay.
	 * @param task the task
	 * @param delay the delay, which may be zero
	 * @throws RejectedExecutionException if the executor accepts no more tasks
	 */
	void execute(Runnable task, Duration delay);

	/**
	 * Runs what depends on the future of a push, which may take long. It must not delay
	 * tasks of the other methods. By default, it runs where
	 * {@link CompletableFuture#runAsync(Runnable)} does.
	 * @param callback completes the future
	 * @throws RejectedExecutionException if the executor accepts no more tasks; the
	 * callback then runs on the calling thread
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // a callback does not fail
	default void executeCallback(Runnable callback) {
		CompletableFuture.runAsync(callback);
	}

	@Override
	default void execute(Runnable task) {
		execute(task, Duration.ZERO);
	}

}
