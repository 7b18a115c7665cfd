package io.github.appendonly.subscriber;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.github.appendonly.StartAt;

/**
 * The durable subscribers of this application, and the rows of all others in the same
 * database.
 * <p>
 * Methods that change a subscriber join the caller's transaction, if there is one, and
 * apply to all nodes. They wait for the end of a batch that runs in a transaction. A
 * handler may call them for its own subscriber.
 * <p>
 * All methods may be called by many threads at once.
 */
public interface Subscribers {

	/**
	 * A subscriber that this node runs.
	 */
	interface Registration extends AutoCloseable {

		/**
		 * Ends the work of this node for the subscriber. A batch under way goes on. The
		 * row stays, and other nodes go on.
		 */
		@Override
		void close();

		/**
		 * Ends it as {@link #close()} does, and waits for a batch under way. A handler
		 * must not call it for its own subscriber.
		 * @param limit how long to wait at most
		 * @return whether no batch is under way any more
		 */
		boolean close(Duration limit);

	}

	/**
	 * Runs a subscriber on this node, from now on or as soon as the application has
	 * started.
	 * @param definition defines the subscriber
	 * @return ends it
	 * @throws IllegalStateException if this application already has a subscriber of the
	 * same id, or has tenants, or if the subscriber starts with the newest entry, never
	 * ran before, and the caller is in a transaction
	 */
	Registration register(SubscriberDefinition<?> definition);

	/**
	 * Returns the status of all subscribers, also of those that only other applications
	 * have, ordered by stack and id. In a transaction, a subscriber of another
	 * application is shown as orphaned while it has worked on one batch for minutes.
	 */
	List<SubscriberStatus> status();

	/**
	 * Returns the status of a subscriber.
	 * @param id the name of the subscriber
	 * @return the status; nothing if there is no such subscriber
	 * @throws IllegalArgumentException if several stacks have a subscriber of that id,
	 * and none of them is registered here
	 */
	Optional<SubscriberStatus> status(String id);

	/**
	 * Waits until a subscriber has handled everything that was committed before this
	 * call, on any node. Parked and skipped entries count as handled. While the database
	 * cannot be reached, it goes on waiting. It must be called outside of transactions.
	 * @param id the name of the subscriber
	 * @param limit how long to wait at most
	 * @throws IllegalStateException if that takes longer, if the subscriber stops or is
	 * paused, or if the caller is in a transaction; the message tells how far it is
	 * @throws IllegalArgumentException if there is no such subscriber
	 */
	void awaitCaughtUp(String id, Duration limit);

	/**
	 * Pauses a subscriber on all nodes. No batch begins after the method has returned and
	 * its transaction is committed. A subscriber that has stopped stays so.
	 * @param id the name of the subscriber
	 * @throws IllegalArgumentException if there is no such subscriber
	 */
	void pause(String id);

	/**
	 * Lets a subscriber go on that was paused or has stopped. What failed is tried again,
	 * as often as if it had not failed before.
	 * @param id the name of the subscriber
	 * @throws IllegalArgumentException if there is no such subscriber
	 */
	void resume(String id);

	/**
	 * Skips the entry that fails, and goes on with the next one. The row keeps the
	 * position and the number of skipped entries.
	 * @param id the name of the subscriber
	 * @throws IllegalStateException if no entry fails, or if it is not known yet which
	 * one of a batch does
	 * @throws IllegalArgumentException if there is no such subscriber
	 */
	void skip(String id);

	/**
	 * Moves the cursor of a subscriber, in either direction. If it has stopped, it goes
	 * on there; if it is paused, it stays so. Entries that it has handled already may be
	 * handled again.
	 * @param id the name of the subscriber
	 * @param start where to go on
	 * @throws IllegalArgumentException if there is no such subscriber
	 */
	void moveTo(String id, StartAt start);

	/**
	 * Has the entries that are parked now handled again, in the order in which they were
	 * parked. Each is tried once; one that fails is parked again, behind the others. The
	 * cursor of the subscriber does not move.
	 * @param id the name of the subscriber
	 * @return the number of parked entries
	 * @throws IllegalArgumentException if there is no such subscriber
	 */
	long replayParked(String id);

	/**
	 * Removes the rows of subscribers that no application has any more. Entries that they
	 * have parked stay, on their stacks.
	 * @param id the name of the subscribers
	 * @return the number of removed rows
	 * @throws IllegalStateException if an application still has the subscriber, or had it
	 * until a few minutes ago
	 * @throws IllegalArgumentException if there is no such subscriber
	 */
	int remove(String id);

}
