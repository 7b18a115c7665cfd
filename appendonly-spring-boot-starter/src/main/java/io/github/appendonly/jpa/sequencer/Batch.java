package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.sequencer.plan.BatchPlan;
import io.github.appendonly.jpa.sequencer.plan.PushRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.github.appendonly.Position;
import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.jpa.table.StackHead;
import io.github.appendonly.jpa.transaction.DatabaseFailures;
import org.jspecify.annotations.Nullable;

/**
 * Pushes onto one stack that are placed together, and the progress of placing them. It is
 * passed to every class that takes part in placing, and each class records what it has
 * done.
 * <p>
 * A plan counts once its transaction has committed. Until then the batch may be planned
 * again.
 */
public final class Batch {

	private final List<PushRequest<?>> requests;

	private final long begun = System.nanoTime();

	private @Nullable StackHead found;

	private @Nullable BatchPlan lastPlan;

	private @Nullable List<Position> positions;

	private @Nullable Throwable failure;

	private int items;

	private int inboxRows;

	private int conflicts;

	private int pruned;

	private int archived;

	private long version;

	/**
	 * Creates a batch.
	 * @param requests the requests, for one stack; at least one
	 */
	public Batch(List<? extends PushRequest<?>> requests) {
		this.requests = List.copyOf(requests);
	}

	String stack() {
		return this.requests.get(0).definition().name();
	}

	List<PushRequest<?>> requests() {
		return this.requests;
	}

	/**
	 * Returns whether a request brings items. Otherwise the batch only places the inbox.
	 */
	boolean bringsItems() {
		return pushes() > 0;
	}

	/**
	 * Returns whether each request brings items, so that the inbox may be left as it is
	 * if it is empty.
	 */
	boolean onlyBringsItems() {
		return pushes() == this.requests.size();
	}

	boolean callsPruner() {
		return this.requests.stream().anyMatch(PushRequest::callsPruner);
	}

	/**
	 * Records the stack's row as the batch has read it.
	 */
	void found(StackHead head) {
		this.found = head;
	}

	/**
	 * Records the plan that is about to be committed.
	 */
	void planned(BatchPlan plan) {
		this.lastPlan = plan;
	}

	/**
	 * Counts the plan that was recorded last.
	 */
	void committed() {
		BatchPlan plan = this.lastPlan;
		if (plan != null) {
			this.items += plan.items();
			this.inboxRows += plan.taken().size();
			this.pruned += plan.prunings().size();
			this.archived += plan.archived().size();
			this.version = plan.after(0).version();
			this.lastPlan = null;
		}
	}

	/**
	 * Drops the plan that was recorded last, which was not written.
	 */
	void dropPlan() {
		this.lastPlan = null;
	}

	/**
	 * Records that the batch is placed.
	 * @param positions the position of the first item of each request
	 */
	void placed(List<Position> positions) {
		this.positions = positions;
	}

	/**
	 * Returns the position of the first item of each request, if it is recorded that the
	 * batch is placed.
	 */
	Optional<List<Position>> positions() {
		return Optional.ofNullable(this.positions);
	}

	/**
	 * Records that the batch has failed.
	 */
	void failed(Throwable failure) {
		this.failure = failure;
	}

	/**
	 * Returns why the batch has failed, if that is recorded.
	 */
	@Nullable Throwable failure() {
		return this.failure;
	}

	/**
	 * Counts a lost race.
	 */
	void lostRace() {
		this.conflicts++;
	}

	/**
	 * Returns the number of items that were placed.
	 */
	int items() {
		return this.items;
	}

	/**
	 * Returns the number of layers that were pruned.
	 */
	int pruned() {
		return this.pruned;
	}

	/**
	 * Returns the number of layers that were archived.
	 */
	int archived() {
		return this.archived;
	}

	/**
	 * Returns the version of the stack's row as the batch has left it, if it has placed
	 * or pruned anything.
	 */
	long version() {
		return this.version;
	}

	/**
	 * Returns the exception for a caller whose batch may or may not have been committed.
	 * @param fenceable whether the batch depends on the version of the stack's row, so
	 * that another version prevents it
	 */
	static UncertainCommitException uncertain(String stack, Throwable cause, boolean fenceable) {
		return new UncertainCommitException(
				"The commit of a batch for stack '" + stack + "' failed; its items may or may not be stored", cause,
				fenceable);
	}

	/**
	 * Returns whether a failure leaves items in the inbox that no further attempt is
	 * about to place. A batch that also brings items is tried again in parts, and the
	 * failure of a push is reported to its caller.
	 */
	boolean leavesItemsInInbox(Throwable failure) {
		boolean drains = pushes() < this.requests.size();
		return drains && (!bringsItems() || DatabaseFailures.isOfDatabase(failure)
				|| failure instanceof UncertainCommitException);
	}

	private int pushes() {
		return (int) this.requests.stream().filter((request) -> !request.items().isEmpty()).count();
	}

	/**
	 * Returns the newest position that the batch has found, as part of a message. It is
	 * empty if the batch failed earlier.
	 */
	String position() {
		StackHead head = this.found;
		if (head == null) {
			return "";
		}
		return (head.length() > 0) ? " (newest position " + new Position(head.generation(), head.length() - 1) + ")"
				: " (empty so far)";
	}

	/**
	 * Returns the origins of the requests, as far as they are known.
	 */
	List<Object> origins() {
		List<Object> origins = new ArrayList<>();
		for (PushRequest<?> request : this.requests) {
			if (request.origin() != null) {
				origins.add(request.origin());
			}
		}
		return origins;
	}

	/**
	 * Returns the batch in the form for listeners.
	 * @param placed the transactions whose items the batch has taken from the inbox
	 */
	SequencerListener.Batch ended(@Nullable Throwable failure, List<PendingCommits.Commit> placed) {
		long now = System.nanoTime();
		return new SequencerListener.Batch(stack(), pushes(), this.items, this.inboxRows, this.conflicts,
				Duration.ofNanos(now - this.begun),
				placed.stream().map((commit) -> Duration.ofNanos(now - commit.at())).toList(),
				Optional.ofNullable(failure));
	}

	/**
	 * Returns the batch as text for the log.
	 */
	String describe(@Nullable Throwable failure) {
		return "Batch for stack '" + stack() + "': " + pushes() + " pushes, " + this.inboxRows
				+ " transactions from the inbox, " + this.items + " items placed, " + this.pruned + " layers pruned, "
				+ this.archived + " of them archived, " + this.conflicts + " conflicts, "
				+ Duration.ofNanos(System.nanoTime() - this.begun).toMillis() + " ms"
				+ ((failure != null) ? "; failed: " + failure : "");
	}

}
