package io.github.appendonly.subscriber;

import java.time.Duration;
import java.util.function.Consumer;

import io.github.appendonly.StartAt;
import io.github.appendonly.jpa.table.SubscriberHead;
import io.github.appendonly.jpa.transaction.ShutdownGate;
import io.github.appendonly.jpa.transaction.Transactions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber that this node runs.
 */
final class Registered implements Subscribers.Registration {

	private static final Log logger = LogFactory.getLog(Registered.class);

	private final SubscriberDefinition<?> definition;

	private final Runner runner;

	private final Subscriber<?> subscriber;

	private final Transactions transactions;

	private final JpaSubscribers.Watch watch;

	private final Consumer<Registered> onClose;

	private JpaSubscribers.@Nullable Watching watching;

	private long checkedToken;

	<T> Registered(Subscriber<T> subscriber, Parts parts, ShutdownGate gate, Progress progress,
			JpaSubscribers.Watch watch, Consumer<Registered> onClose) {
		this.definition = subscriber.definition();
		this.runner = new Runner(
				parts.threads(), gate, this.definition.isTransactional()
						? new TransactionalStep<>(subscriber, parts)::run : new LeasedStep<>(subscriber, parts)::run,
				progress::signal);
		this.subscriber = subscriber;
		this.transactions = parts.transactions();
		this.watch = watch;
		this.onClose = onClose;
	}

	SubscriberDefinition<?> definition() {
		return this.definition;
	}

	boolean isOf(SubscriberHead row) {
		return row.id().equals(this.definition.id()) && row.stack().equals(this.definition.stack());
	}

	/**
	 * Creates the row, unless there is one. The caller must not be in a transaction.
	 */
	void createRow() {
		this.subscriber.createRow();
	}

	/**
	 * Begins to work. What is pushed from now on is handled, also if the subscriber
	 * starts with the newest entry, unless the database cannot be reached.
	 * @throws IllegalStateException if it starts with the newest entry, has no row, and
	 * the caller is in a transaction, so that the row cannot be created now
	 */
	synchronized void start() {
		if (this.watching == null) {
			requireRowInTransaction();
			this.watching = this.watch.watch(this.definition.stack(), this.runner::wake);
			try {
				createRow();
			}
			catch (RuntimeException ex) {
				logger.debug("Could not create the row of the " + this.definition + " yet", ex);
			}
			this.runner.nudge();
		}
	}

	private void requireRowInTransaction() {
		if (this.definition.startAt().equals(StartAt.newest()) && this.transactions.isActive()
				&& this.subscriber.find().isEmpty()) {
			throw new IllegalStateException("The " + this.definition
					+ " cannot be registered for the first time in a transaction, because it starts with the newest entry:"
					+ " what is pushed before the commit would be skipped. Register it outside of transactions");
		}
	}

	synchronized void stop() {
		if (this.watching != null) {
			this.watching.close();
			this.watching = null;
		}
	}

	/**
	 * The row may have changed.
	 */
	void nudge() {
		this.runner.nudge();
	}

	/**
	 * Looks at the row for what no watch tells: what other applications have changed by
	 * hand, and that nobody has looked at it for long.
	 */
	void check(@Nullable SubscriberHead row) {
		boolean moved = row != null && row.lease().token() != this.checkedToken;
		this.checkedToken = (row != null) ? row.lease().token() : 0;
		boolean mayGoOn = row != null && row.isRunning() && row.retryIn().isZero()
				&& (this.runner.isDeaf() || row.parking().replays() > 0);
		if (row == null || moved || mayGoOn || Subscriber.seenLongAgo(row)) {
			nudge();
		}
	}

	/**
	 * Returns for how long this node knows that there is something to do.
	 */
	Duration behindFor() {
		return this.runner.behindFor();
	}

	@Override
	public void close() {
		close(Duration.ZERO);
	}

	@Override
	public boolean close(Duration limit) {
		stop();
		this.onClose.accept(this);
		return this.runner.close(limit);
	}

}
