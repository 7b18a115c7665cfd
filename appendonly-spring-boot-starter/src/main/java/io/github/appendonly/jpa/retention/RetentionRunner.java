package io.github.appendonly.jpa.retention;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.github.appendonly.Family;
import io.github.appendonly.internal.Limits;
import io.github.appendonly.jpa.sequencer.Retentions;
import io.github.appendonly.jpa.sequencer.SequencerListeners;
import io.github.appendonly.jpa.table.ExpiryStatements;
import io.github.appendonly.jpa.table.ExpiryStatements.Due;
import io.github.appendonly.jpa.table.KeyTable;
import io.github.appendonly.jpa.table.NameScan;
import io.github.appendonly.jpa.table.StackLimits;
import io.github.appendonly.jpa.table.StructureTables;
import io.github.appendonly.jpa.transaction.DatabaseFailures;
import io.github.appendonly.jpa.transaction.Transactions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Applies the limits of all stacks that are due. Each stack has transactions of its own,
 * which remove a few layers each. A push waits for one of them at most. Several nodes may
 * run this at once. A stack that another transaction keeps locked is tried again at the
 * end of the run.
 */
public final class RetentionRunner {

	private static final Log logger = LogFactory.getLog(RetentionRunner.class);

	/** The number of stacks whose names are read at once. */
	private static final int STACKS = 200;

	/** After so many failures, the database is the reason. */
	private static final int MAX_FAILURES = 20;

	/** The number of keys that one transaction removes. */
	private static final int KEYS = 1000;

	private final Transactions transactions;

	private final ExpiryStatements statements;

	private final KeyTable keys;

	private final NameScan names;

	private final PendingLimits pending;

	private final SequencerListeners listeners;

	private final Expiry expiry;

	private volatile boolean stopped;

	/**
	 * Creates the runner.
	 * @param transactions the internal transactions
	 * @param tables the tables
	 * @param retentions what stacks keep for their subscribers
	 * @param listeners are told what was removed
	 * @param pending the limits of the handles of this node
	 * @param portion the maximum number of layers that one transaction removes from a
	 * stack or an archive, at least 1
	 */
	public RetentionRunner(Transactions transactions, StructureTables tables, Retentions retentions,
			SequencerListeners listeners, PendingLimits pending, int portion) {
		this.transactions = transactions;
		this.statements = tables.expiry();
		this.keys = tables.keys();
		this.names = tables.nameScan();
		this.pending = pending;
		this.listeners = listeners;
		this.expiry = new Expiry(tables, retentions, Limits.requireAtLeastOne("portion", portion));
	}

	/**
	 * Applies the limits that are due. The caller must not be in a transaction.
	 * <p>
	 * If the limits of a stack cannot be applied, that is logged, and the others go on.
	 * If the thread is interrupted, the run ends after the stack that is under way.
	 * @return what was removed
	 * @throws IllegalStateException if the caller is in a transaction
	 */
	public Removed run() {
		long begun = System.nanoTime();
		applyPending();
		OffsetDateTime until = this.transactions.inOwnStateless(this.statements::now);
		Removed removed = Removed.NOTHING;
		List<String> busy = new ArrayList<>();
		Due last = null;
		List<Due> page = page(until, last);
		while (!page.isEmpty() && !isToEnd()) {
			for (Due stack : page) {
				removed = removed.and(apply(stack.name(), until, busy));
			}
			last = page.get(page.size() - 1);
			page = (page.size() == STACKS) ? page(until, last) : List.of();
		}
		int keys = KEYS;
		while (keys == KEYS && !isToEnd()) {
			keys = this.transactions.inOwnStateless(() -> this.keys.deleteExpired(KEYS));
		}
		for (String stack : List.copyOf(busy)) {
			busy.remove(stack);
			removed = removed.and(apply(stack, until, busy));
		}
		for (String stack : busy) {
			logger.warn("The limits of stack '" + stack + "' could not be applied completely, because another"
					+ " transaction has kept it locked; the next run tries again");
			removed = removed.withFailure();
		}
		if (removed.isAnything()) {
			logger.info(describe(removed, Duration.ofNanos(System.nanoTime() - begun)));
		}
		return removed;
	}

	/**
	 * Gives stacks that nobody pushes onto the limits that handles and families of this
	 * node have. Those that cannot be given to a stack are left to the next run.
	 */
	private void applyPending() {
		Failures failures = new Failures();
		this.pending.takeStacks((stack, limits) -> goesOn(failures) && failures.without(() -> change(stack, limits)));
		this.pending.takeFamilies((prefix, limits) -> goesOn(failures) && fillAll(prefix, limits, failures));
		if (failures.first != null) {
			logger.warn(failures.number + " stacks or families could not be given the limits of their handles;"
					+ " the next run tries again", failures.first);
		}
	}

	private boolean goesOn(Failures failures) {
		return failures.number < MAX_FAILURES && !isToEnd();
	}

	/**
	 * Gives the members of a family the limits that they lack.
	 * @return whether no member lacks them any more
	 */
	private boolean fillAll(String prefix, StackLimits limits, Failures failures) {
		int before = failures.number;
		failures.without(() -> {
			List<String> names = names(prefix, "");
			while (!names.isEmpty() && goesOn(failures)) {
				List<String> page = names;
				this.transactions.inOwnStateless(() -> this.statements.lacking(page, limits))
					.forEach((name) -> failures.without(() -> fill(name, limits)));
				names = (page.size() == STACKS) ? names(prefix, page.get(page.size() - 1)) : List.of();
			}
		});
		return failures.number == before && !isToEnd();
	}

	private List<String> names(String prefix, String after) {
		return this.transactions.inOwnStateless(() -> this.names.stacks(prefix, after, Family.RESERVED, STACKS));
	}

	private void fill(String member, StackLimits limits) {
		StackLimits terms = limits.without(this.pending.own(member));
		this.transactions.inOwnStatelessOnce(() -> {
			this.statements.fill(member, terms);
			return member;
		});
	}

	private void change(String stack, StackLimits limits) {
		this.transactions.inOwnStatelessOnce(() -> {
			this.statements.change(stack, limits);
			return stack;
		});
	}

	/**
	 * Returns whether there are limits that only a run applies.
	 * @return whether a handle or a family of this node has limits that no run has seen
	 */
	public boolean isNeeded() {
		return this.pending.setAny();
	}

	/**
	 * Has runs end soon, or lets them go on to the end again.
	 * @param stopped whether they are to end
	 */
	public void stop(boolean stopped) {
		this.stopped = stopped;
	}

	private boolean isToEnd() {
		return this.stopped || Thread.currentThread().isInterrupted();
	}

	private List<Due> page(OffsetDateTime until, @Nullable Due last) {
		return this.transactions.inOwnStateless(() -> this.statements.due(until, last, STACKS));
	}

	/**
	 * Applies the limits of a stack. If those of its handles on this node cannot be
	 * written, nothing is removed: the row may have shorter ones.
	 * @param busy gets the name of the stack if another transaction has had it locked
	 */
	private Removed apply(String stack, OffsetDateTime until, List<String> busy) {
		Progress progress = new Progress();
		try {
			this.pending.take(stack, this::change);
			apply(stack, until, progress);
		}
		catch (RuntimeException ex) {
			if (DatabaseFailures.isTransient(ex)) {
				logger.debug("Stack '" + stack + "' is locked", ex);
				busy.add(stack);
			}
			else {
				logger.warn("The limits of stack '" + stack + "' could not be applied; the next run tries again", ex);
				progress.removed = progress.removed.withFailure();
			}
		}
		Removed removed = progress.removed;
		if (removed.isAnything()) {
			this.listeners.expired(stack, removed.layers(), removed.archivedLayers(), removed.items());
		}
		return removed;
	}

	private void apply(String stack, OffsetDateTime until, Progress progress) {
		Expiry.Surplus surplus = this.transactions.inOwnStateless(() -> this.expiry.surplus(stack, until));
		try {
			repeat(progress, () -> this.expiry.shortenArchive(stack, until, surplus));
			repeat(progress, () -> this.expiry.removeOld(stack, until));
			repeat(progress, () -> this.expiry.removeSurplus(stack, until, surplus));
		}
		finally {
			if (progress.removed.layers() > 0 || progress.removed.moved() > 0) {
				removeKeys(stack);
			}
		}
		if (!isToEnd()) {
			boolean again = progress.again;
			repeat(progress, () -> this.expiry.schedule(stack, until, again));
		}
	}

	private void removeKeys(String stack) {
		int removed = KEYS;
		while (removed == KEYS && !isToEnd()) {
			removed = this.transactions.inOwnStateless(() -> this.keys.deletePruned(stack, KEYS));
		}
	}

	/**
	 * Repeats a step until it has no more to do, in a transaction for each time.
	 */
	private void repeat(Progress progress, Supplier<Expiry.Outcome> step) {
		boolean more = true;
		while (more && !isToEnd()) {
			Expiry.Outcome outcome = attempt(step);
			progress.removed = progress.removed.andOfSameStack(outcome.removed());
			progress.again |= outcome.again();
			more = outcome.more();
		}
	}

	private Expiry.Outcome attempt(Supplier<Expiry.Outcome> step) {
		try {
			return this.transactions.inOwnStatelessOnce(step);
		}
		catch (RuntimeException ex) {
			if (!DatabaseFailures.isTransient(ex)) {
				throw ex;
			}
			return this.transactions.inOwnStatelessOnce(step);
		}
	}

	/**
	 * What has been done for one stack.
	 */
	private static final class Progress {

		private Removed removed = Removed.NOTHING;

		private boolean again;

	}

	/**
	 * Stacks that could not be given their limits.
	 */
	private static final class Failures {

		private int number;

		private @Nullable RuntimeException first;

		/**
		 * Does something, and counts it if it fails.
		 * @return whether it did not fail
		 */
		private boolean without(Runnable work) {
			try {
				work.run();
				return true;
			}
			catch (RuntimeException ex) {
				this.number++;
				this.first = (this.first != null) ? this.first : ex;
				return false;
			}
		}

	}

	private static String describe(Removed removed, Duration duration) {
		return "Retention has removed " + removed.layers() + " layers of stacks and " + removed.archivedLayers()
				+ " layers of archives with " + removed.items() + " items, and moved " + removed.moved()
				+ " layers to archives, for " + removed.stacks() + " stacks, in " + duration.toMillis() + " ms"
				+ ((removed.failed() > 0) ? "; it failed for " + removed.failed() + " stacks" : "");
	}

}
