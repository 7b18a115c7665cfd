package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.sequencer.plan.BatchPlan;
import io.github.appendonly.jpa.sequencer.plan.PostgresPlanWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.github.appendonly.Position;
import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.internal.Errors;
import io.github.appendonly.jpa.table.InboxEntry;
import io.github.appendonly.jpa.table.ManyStacksStatement;
import io.github.appendonly.jpa.table.StackHead;
import io.github.appendonly.jpa.transaction.DatabaseFailures;
import io.github.appendonly.jpa.transaction.Transactions;
import org.jspecify.annotations.Nullable;

/**
 * Places the batches of many stacks on PostgreSQL, by one statement.
 */
final class PostgresManyStacksPlacer implements ManyStacksPlacer {

	/*
	 * Batches are planned from the remembered rows of their stacks. One statement reads
	 * all stacks that are not remembered, or whose inboxes are to be placed. Then one
	 * statement writes all batches, and commits. A batch whose stack was not as
	 * remembered is planned again, once.
	 *
	 * A single batch takes the shorter statement for one stack, unless its row may have
	 * to be created.
	 *
	 * Layers that become full, and layers that are pruned, would make the statement much
	 * longer for all stacks. Only one push in many needs that. So it is only when a batch
	 * is placed alone that subscribers are asked what the stack must keep.
	 */

	/** The maximum number of inbox rows that are placed for each stack. */
	private static final int INBOX_ROWS = 20;

	/**
	 * A batch, and what it is planned to write.
	 *
	 * @param found the stack as it was read, or null if its row is only remembered
	 */
	private record Draft(Batch batch, BatchPlan plan, @Nullable String ctid,
			ManyStacksStatement.@Nullable Found found) {

		ManyStacksStatement.Content content() {
			return new ManyStacksStatement.Content(this.batch.stack(), this.ctid, this.plan.before().version(),
					this.plan.after(this.plan.before().prunedLength()), this.found == null, this.plan.taken(),
					(this.found != null) ? this.found.places() : List.of(),
					this.plan.additions().stream().map(BatchPlan.Addition::slice).toList());
		}

	}

	private final Transactions transactions;

	private final StackMemories memories;

	private final ManyStacksStatement statement;

	private final PostgresPlacer single;

	PostgresManyStacksPlacer(Transactions transactions, StackMemories memories, ManyStacksStatement statement,
			PostgresPlacer single) {
		this.transactions = transactions;
		this.memories = memories;
		this.statement = statement;
		this.single = single;
	}

	@Override
	public void place(List<Batch> batches) {
		this.transactions.detached(() -> {
			if (this.transactions.readsCommittedByDefault()) {
				if (batches.size() == 1 && this.memories.isKnown(batches.get(0).stack())) {
					placeOne(batches.get(0));
				}
				else {
					placeMany(batches);
				}
			}
			return batches;
		});
	}

	private void placeOne(Batch batch) {
		try {
			this.single.place(batch, false).ifPresent(batch::placed);
		}
		catch (StackBusyException ex) {
			// It is placed alone, where it may wait
		}
		catch (RuntimeException | Error ex) {
			settle(batch, ex);
		}
	}

	private void placeMany(List<Batch> batches) {
		List<Batch> writing = new ArrayList<>();
		try {
			this.transactions.inAutoCommit((connection) -> {
				placeMany(connection, batches, writing);
				return batches;
			});
		}
		catch (RuntimeException | Error ex) {
			for (Batch batch : batches) {
				if (batch.positions().isEmpty()) {
					batch.dropPlan();
					this.memories.forget(batch.stack());
					settle(batch, failureOf(batch, writing.contains(batch), ex));
				}
			}
		}
	}

	private static Throwable failureOf(Batch batch, boolean writing, Throwable failure) {
		return (failure instanceof Error && (!writing || Errors.endJvm(failure))) ? failure
				: PostgresPlacer.failureForCaller(batch.stack(), writing, true, failure);
	}

	/**
	 * Records a failure that every other attempt would have as well, or after which
	 * another attempt would be wrong.
	 */
	private static void settle(Batch batch, Throwable failure) {
		boolean lasting = failure instanceof UncertainCommitException || Errors.endJvm(failure)
				|| (DatabaseFailures.isOfDatabase(failure) && !DatabaseFailures.isTransient(failure));
		if (lasting) {
			batch.failed(failure);
		}
	}

	private void placeMany(Connection connection, List<Batch> batches, List<Batch> writing) throws SQLException {
		List<Draft> drafts = new ArrayList<>();
		List<Batch> unknown = new ArrayList<>();
		for (Batch batch : batches) {
			remembered(batch).ifPresentOrElse(drafts::add, () -> unknown.add(batch));
		}
		drafts.addAll(read(connection, unknown));
		List<Batch> outdated = write(connection, drafts, writing).stream()
			.filter((draft) -> draft.found() == null)
			.map(Draft::batch)
			.toList();
		write(connection, read(connection, outdated), writing);
	}

	/**
	 * Plans a batch from the stack's row as this node has left it.
	 */
	private Optional<Draft> remembered(Batch batch) {
		PostgresPlanWriter.Written row = this.memories.of(batch.stack()).row();
		if (row == null || !batch.onlyBringsItems()) {
			return Optional.empty();
		}
		BatchPlan plan = BatchPlan.of(row.head(), List.of(), INBOX_ROWS, batch.requests(), true, Optional.empty());
		return Optional.of(new Draft(batch, plan, row.ctid(), null));
	}

	/**
	 * Plans batches from their stacks as they are.
	 */
	private List<Draft> read(Connection connection, List<Batch> batches) throws SQLException {
		if (batches.isEmpty()) {
			return List.of();
		}
		List<ManyStacksStatement.Found> stacks = this.statement.read(connection,
				batches.stream().map(Batch::stack).toList(), INBOX_ROWS);
		List<Draft> drafts = new ArrayList<>();
		for (int i = 0; i < batches.size(); i++) {
			if (stacks.get(i).sound()) {
				drafts.add(planned(batches.get(i), stacks.get(i)));
			}
		}
		return drafts;
	}

	private static Draft planned(Batch batch, ManyStacksStatement.Found found) {
		StackHead head = (found.head() != null) ? found.head() : StackHead.EMPTY;
		if (found.head() != null) {
			batch.found(head);
		}
		List<InboxEntry> waiting = found.waiting();
		BatchPlan plan = BatchPlan.of(head, waiting, INBOX_ROWS, batch.requests(), true, Optional.empty());
		return new Draft(batch, plan, found.ctid(), found);
	}

	/**
	 * Writes drafts.
	 * @return those that could not be written, because the stack was no longer the same
	 */
	private List<Draft> write(Connection connection, List<Draft> drafts, List<Batch> writing) throws SQLException {
		List<Draft> written = new ArrayList<>();
		for (Draft draft : drafts) {
			Optional<List<Position>> positions = draft.plan().positions();
			if (draft.plan().isEmpty()) {
				positions.ifPresent(draft.batch()::placed);
			}
			else if (positions.isPresent() && draft.plan().onlyAdds()) {
				written.add(draft);
			}
		}
		return written.isEmpty() ? List.of() : writeAll(connection, written, writing);
	}

	private List<Draft> writeAll(Connection connection, List<Draft> drafts, List<Batch> writing) throws SQLException {
		writing.clear();
		for (Draft draft : drafts) {
			draft.batch().planned(draft.plan());
			writing.add(draft.batch());
		}
		List<@Nullable String> places = this.statement.write(connection, drafts.stream().map(Draft::content).toList());
		List<Draft> lost = new ArrayList<>();
		for (int i = 0; i < drafts.size(); i++) {
			Draft draft = drafts.get(i);
			String ctid = places.get(i);
			if (ctid != null) {
				draft.batch().committed();
				draft.batch().placed(draft.plan().positions().orElseThrow());
				this.memories.written(draft.batch().stack(),
						new PostgresPlanWriter.Written(draft.plan().after(draft.plan().before().prunedLength()), ctid));
			}
			else {
				draft.batch().dropPlan();
				this.memories.forget(draft.batch().stack());
				lost.add(draft);
			}
		}
		writing.clear();
		return lost;
	}

}
