package io.github.appendonly.jpa.sequencer;

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
 * Pushes onto one stack that are placed together, and what has become of them so far. It
 * goes down through all that places it, and each notes what it has done.
 * <p>
 * A plan counts when its transaction has committed: until then it may be tried again.
 */
public final class Batch {

	private final List<PushRequest<?>> requests;

	private final long begun = System.nanoTime();

	private @Nullable StackHead before;

	private @Nullable BatchPlan open;

	private int items;

	private int inboxRows;

	private int conflicts;

	private int pruned;

	private int archived;

	/**
	 * A batch that has to be placed.
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
	 * The handle by which the stack is woken again.
	 */
	StackDefinition<?> definition() {
		return this.requests.get(0).definition();
	}

	/**
	 * Whether a request brings items, or else the batch only places the inbox.
	 */
	boolean bringsItems() {
		return pushes() > 0;
	}

	boolean callsPruner() {
		return this.requests.stream().anyMatch(PushRequest::callsPruner);
	}

	/**
	 * Notes the stack's row as the batch has found it.
	 */
	void found(StackHead head) {
		this.before = head;
	}

	/**
	 * Notes the plan that is about to be committed.
	 */
	void planned(BatchPlan plan) {
		this.open = plan;
	}

	/**
	 * Counts the plan that was noted last.
	 */
	void committed() {
		BatchPlan plan = this.open;
		if (plan != null) {
			this.items += plan.items();
			this.inboxRows += plan.taken().size();
			this.pruned += plan.prunings().size();
			this.archived += plan.archived().size();
			this.open = null;
		}
	}

	/**
	 * Counts a lost race.
	 */
	void lostRace() {
		this.conflicts++;
	}

	/**
	 * The number of items that are placed.
	 */
	int items() {
		return this.items;
	}

	/**
	 * The number of layers that are pruned.
	 */
	int pruned() {
		return this.pruned;
	}

	/**
	 * The number of layers that are archived.
	 */
	int archived() {
		return this.archived;
	}

	long begun() {
		return this.begun;
	}

	/**
	 * What the caller sees when the commit of a batch has failed in a way that leaves
	 * open whether it happened.
	 */
	static UncertainCommitException uncertain(String stack, Throwable cause) {
		return new UncertainCommitException(
				"The commit of a batch for stack '" + stack + "' failed; its items may or may not be stored", cause);
	}

	/**
	 * Whether a failure leaves something in the inbox that nobody is about to place: a
	 * batch that brings items too is tried again in parts, and the failure of a push is
	 * its caller's.
	 */
	boolean leavesInbox(Throwable failure) {
		boolean drains = pushes() < this.requests.size();
		return drains && (!bringsItems() || DatabaseFailures.isTransient(failure) || DatabaseFailures.isOutage(failure)
				|| failure instanceof UncertainCommitException);
	}

	private int pushes() {
		return (int) this.requests.stream().filter((request) -> !request.items().isEmpty()).count();
	}

	/**
	 * The newest position that the batch has found, for messages; empty if it failed
	 * before.
	 */
	String position() {
		StackHead before = this.before;
		if (before == null) {
			return "";
		}
		return (before.length() > 0)
				? " (newest position " + new Position(before.generation(), before.length() - 1) + ")"
				: " (empty so far)";
	}

	/**
	 * Where the requests come from, as far as that is known.
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
	 * The batch as listeners see it.
	 * @param placed the transactions whose items it has taken from the inbox
	 */
	SequencerListener.Batch ended(@Nullable Throwable failure, List<PendingCommits.Commit> placed) {
		long now = System.nanoTime();
		return new SequencerListener.Batch(stack(), pushes(), this.items, this.inboxRows, this.conflicts,
				Duration.ofNanos(now - this.begun),
				placed.stream().map((commit) -> Duration.ofNanos(now - commit.at())).toList(),
				Optional.ofNullable(failure));
	}

	/**
	 * The batch as the log tells it.
	 */
	String describe(@Nullable Throwable failure) {
		return "Batch for stack '" + stack() + "': " + pushes() + " pushes, " + this.inboxRows
				+ " transactions from the inbox, " + this.items + " items placed, " + this.pruned + " layers pruned, "
				+ this.archived + " of them archived, " + this.conflicts + " conflicts, "
				+ Duration.ofNanos(System.nanoTime() - this.begun).toMillis() + " ms"
				+ ((failure != null) ? "; failed: " + failure : "");
	}

}
