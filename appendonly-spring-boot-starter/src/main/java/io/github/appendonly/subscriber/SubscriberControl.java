package io.github.appendonly.subscriber;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.github.appendonly.Position;
import io.github.appendonly.StartAt;
import io.github.appendonly.jpa.table.Database;
import io.github.appendonly.jpa.table.SubscriberHead;
import io.github.appendonly.jpa.table.SubscriberTable;
import io.github.appendonly.jpa.transaction.DatabaseFailures;
import io.github.appendonly.jpa.transaction.Transactions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What people see of subscribers, and do to them.
 */
final class SubscriberControl {

	private static final Log logger = LogFactory.getLog(SubscriberControl.class);

	/** How many rows that look like orphans a status looks at. */
	private static final int MAX_PROBES = 50;

	private final Parts parts;

	private final Transactions transactions;

	private final SubscriberTable table;

	private final Map<String, Registered> registered;

	private final Progress progress;

	/**
	 * Creates the control.
	 * @param parts what all subscribers share
	 * @param registered the subscribers that this node runs, by id
	 * @param progress tells when one of them has done a step
	 */
	SubscriberControl(Parts parts, Map<String, Registered> registered, Progress progress) {
		this.parts = parts;
		this.transactions = parts.transactions();
		this.table = parts.rows();
		this.registered = registered;
		this.progress = progress;
	}

	List<SubscriberStatus> status() {
		return status(this.table.all());
	}

	Optional<SubscriberStatus> status(String id) {
		return status(row(id).stream().toList()).stream().findFirst();
	}

	private List<SubscriberStatus> status(List<SubscriberHead> rows) {
		Set<SubscriberHead> orphans = orphans(rows);
		return rows.stream().map((row) -> status(row, orphans.contains(row))).toList();
	}

	private SubscriberStatus status(SubscriberHead row, boolean orphan) {
		Registered here = registered(row);
		long lag = Source.lag(this.parts.tables(), row.stack(), row.cursor());
		return Statuses.of(row, orphan, lag,
				(here != null) ? here.behindFor() : Duration.between(row.movedAt(), row.now()));
	}

	/**
	 * Returns the rows that a node works on. The look itself needs a database that can be
	 * written to. Without it, none is known to be worked on.
	 */
	private List<SubscriberHead> atWork(List<SubscriberHead> rows) {
		try {
			return this.transactions.inOwnStatelessOnce(
					() -> rows.stream().filter((row) -> this.table.lockFree(row.stack(), row.id()).isEmpty()).toList());
		}
		catch (RuntimeException ex) {
			logger.debug("Could not look whether subscribers that nobody has looked at for long are at work", ex);
			return List.of();
		}
	}

	/**
	 * Returns the rows that no application has any more. A node that works on a row in a
	 * transaction does not show that before the commit, but has the row locked. Within
	 * the caller's transaction, nobody asks: that would lock the rows that are free.
	 */
	private Set<SubscriberHead> orphans(List<SubscriberHead> rows) {
		Set<SubscriberHead> orphans = rows.stream().filter(this::isOrphan).collect(Collectors.toSet());
		if (!orphans.isEmpty() && !this.transactions.isActive() && this.parts.tables().database() != Database.OTHER) {
			orphans.removeAll(atWork(orphans.stream().limit(MAX_PROBES).toList()));
		}
		return orphans;
	}

	private boolean isOrphan(SubscriberHead row) {
		return registered(row) == null && row.isUnseen();
	}

	private @Nullable Registered registered(SubscriberHead row) {
		Registered here = this.registered.get(row.id());
		return (here != null && here.definition().stack().equals(row.stack())) ? here : null;
	}

	/**
	 * Returns the row of a subscriber: of the registered one, or of the only one of that
	 * id.
	 */
	private Optional<SubscriberHead> row(String id) {
		Registered here = this.registered.get(id);
		if (here != null) {
			return this.table.find(here.definition().stack(), id);
		}
		List<SubscriberHead> rows = rows(id);
		if (rows.size() > 1) {
			throw new IllegalArgumentException("Several stacks have a subscriber '" + id + "', and none is of this"
					+ " application: " + rows.stream().map(SubscriberHead::stack).toList());
		}
		return rows.stream().findFirst();
	}

	private List<SubscriberHead> rows(String id) {
		return this.table.all().stream().filter((row) -> row.id().equals(id)).toList();
	}

	/**
	 * Returns the row of a subscriber. If this node is about to run it, there may not be
	 * one yet.
	 */
	private SubscriberHead existing(String id) {
		Registered here = this.registered.get(id);
		Optional<SubscriberHead> row = row(id);
		if (here != null && row.isEmpty()) {
			here.createRow();
			row = row(id);
		}
		return row.orElseThrow(() -> unknown(id));
	}

	private static IllegalArgumentException unknown(String id) {
		return new IllegalArgumentException("There is no subscriber '" + id + "'");
	}

	void awaitCaughtUp(String id, Duration limit) {
		if (this.transactions.isActive()) {
			throw new IllegalStateException("Cannot wait for subscriber '" + id
					+ "' in a transaction: it does not see what that has not committed. Call it outside of transactions");
		}
		long end = System.nanoTime() + limit.toNanos();
		long seen = this.progress.count();
		SubscriberHead first = read(end, () -> existing(id));
		SubscriberHead row = first;
		Source<Object> source = source(row);
		Position target = read(end, source::newest);
		if (row.cursor().isAfter(target) && read(end, () -> source.after(first.cursor(), 1)).ahead()) {
			throw new IllegalStateException(Statuses.ahead(row, target));
		}
		while (target.isAfter(row.cursor())) {
			long left = end - System.nanoTime();
			if (!row.isRunning() || left <= 0) {
				throw new IllegalStateException(Statuses.behind(row, target, limit));
			}
			this.progress.await(seen, left);
			seen = this.progress.count();
			row = read(end, () -> existing(id));
		}
	}

	/**
	 * Reads, and tries again as long as the database cannot be reached.
	 * @param end the time at which to give up
	 */
	private <R> R read(long end, Supplier<R> reading) {
		while (true) {
			long seen = this.progress.count();
			try {
				return reading.get();
			}
			catch (RuntimeException ex) {
				long left = end - System.nanoTime();
				if (left <= 0 || !DatabaseFailures.mayReadLater(ex)) {
					throw ex;
				}
				this.progress.await(seen, left);
			}
		}
	}

	private Source<Object> source(SubscriberHead row) {
		return new Source<>(this.parts.structures().stack(row.stack(), Object.class), row.stack(), Object.class,
				this.parts);
	}

	void skip(String id) {
		change(id, (row) -> {
			Position position = row.failure().position();
			if (position == null) {
				throw new IllegalStateException("Subscriber '" + id + "' of stack '" + row.stack()
						+ "' has no entry to skip: " + Statuses.describe(row));
			}
			logger.warn("Subscriber '" + id + "' of stack '" + row.stack() + "' skips the entry " + position
					+ ", which has failed: " + row.failure().cause());
			return row.skipped(position);
		});
	}

	void moveTo(String id, StartAt start) {
		Position cursor = source(existing(id)).cursor(start);
		change(id, (row) -> row.movedTo(cursor));
	}

	/**
	 * Changes a row under a lock, in the caller's transaction if there is one, and has
	 * this node look at it after the commit.
	 * @return the new row
	 */
	SubscriberHead change(String id, Function<SubscriberHead, SubscriberHead> change) {
		return this.transactions.inCallersOrOwn("subscriber '" + id + "'", () -> {
			SubscriberHead found = existing(id);
			SubscriberHead next = change.apply(this.table.lock(found.stack(), id).orElseThrow(() -> unknown(id)));
			this.table.write(next);
			this.transactions.afterCommit(() -> {
				Registered here = registered(next);
				if (here != null) {
					here.nudge();
				}
				this.progress.signal();
			});
			return next;
		});
	}

	/**
	 * Locks a row that looks like an orphan, and looks again: a node that works on it in
	 * a transaction does not show that before the commit.
	 */
	private boolean isOrphanUnderLock(SubscriberHead row) {
		return this.table.lock(row.stack(), row.id()).filter(this::isOrphan).isPresent();
	}

	int remove(String id) {
		return this.transactions.inCallersOrOwn("subscriber '" + id + "'", () -> {
			List<SubscriberHead> rows = rows(id);
			if (rows.isEmpty()) {
				throw unknown(id);
			}
			List<SubscriberHead> orphans = rows.stream()
				.filter(this::isOrphan)
				.filter(this::isOrphanUnderLock)
				.toList();
			if (orphans.isEmpty()) {
				throw new IllegalStateException(
						"Subscriber '" + id + "' cannot be removed: an application has it, or had" + " it less than "
								+ SubscriberHead.ORPHANED.toSeconds() + " s ago. Remove it from the code first");
			}
			orphans.forEach((row) -> this.table.delete(row.stack(), row.id()));
			return orphans.size();
		});
	}

}
