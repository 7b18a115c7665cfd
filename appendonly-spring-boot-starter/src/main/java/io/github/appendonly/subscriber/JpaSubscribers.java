package io.github.appendonly.subscriber;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

import io.github.appendonly.StartAt;
import io.github.appendonly.jpa.AppendOnlyStructures;
import jakarta.persistence.EntityManagerFactory;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Runs the durable subscribers of one persistence unit.
 */
public final class JpaSubscribers implements Subscribers {

	/**
	 * Tells that a stack may have something new.
	 */
	@FunctionalInterface
	public interface Watch {

		/**
		 * Begins to watch a stack.
		 * @param stack the name of the stack
		 * @param wake is called when the stack may have something new; it neither waits
		 * nor fails
		 * @return ends it
		 */
		Watching watch(String stack, Runnable wake);

	}

	/**
	 * Ends to watch a stack.
	 */
	@FunctionalInterface
	public interface Watching extends AutoCloseable {

		@Override
		void close();

	}

	/**
	 * How subscribers work.
	 *
	 * @param concurrency how many of them hold a database connection at a time, at least
	 * 1
	 * @param lease how long a node that works outside of transactions is taken to live
	 * without a sign, at least 100 ms
	 * @param heartBeat how often it gives a sign, at least 10 ms and at most half of the
	 * lease
	 * @param checkInterval how often a node looks at the rows of its subscribers, at
	 * least 10 ms
	 */
	public record Settings(int concurrency, Duration lease, Duration heartBeat, Duration checkInterval) {

		/** The settings of an application that sets none. */
		public static final Settings DEFAULT = new Settings(4, Duration.ofSeconds(8), Duration.ofSeconds(2),
				Duration.ofSeconds(10));

	}

	/**
	 * Creates the subscribers of a persistence unit. None of them works before
	 * {@link #start()}.
	 * @param entityManagerFactory the persistence unit
	 * @param transactionManager begins the transactions of handlers
	 * @param structures the structures of the persistence unit
	 * @param watch tells when to read
	 * @param settings how subscribers work
	 * @param threads makes the threads
	 * @param listeners are told what happens
	 */
	public JpaSubscribers(EntityManagerFactory entityManagerFactory, PlatformTransactionManager transactionManager,
			AppendOnlyStructures structures, Watch watch, Settings settings, ThreadFactory threads,
			List<SubscriberListener> listeners) {
	}

	/**
	 * Begins to work.
	 */
	public void start() {
	}

	/**
	 * Begins no more batches, and waits for those under way. Those that are not done in
	 * time are rolled back.
	 * @param limit how long to wait at most
	 * @return whether all were done in time
	 */
	public boolean stop(Duration limit) {
		return true;
	}

	@Override
	public Registration register(SubscriberDefinition<?> definition) {
		throw new UnsupportedOperationException();
	}

	@Override
	public List<SubscriberStatus> status() {
		return List.of();
	}

	@Override
	public Optional<SubscriberStatus> status(String id) {
		return Optional.empty();
	}

	@Override
	public void awaitCaughtUp(String id, Duration limit) {
	}

	@Override
	public void pause(String id) {
	}

	@Override
	public void resume(String id) {
	}

	@Override
	public void skip(String id) {
	}

	@Override
	public void moveTo(String id, StartAt start) {
	}

	@Override
	public long replayParked(String id) {
		return 0;
	}

	@Override
	public int remove(String id) {
		return 0;
	}

}
