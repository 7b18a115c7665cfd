package io.github.appendonly.jpa.sequencer.plan;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

import io.github.appendonly.jpa.table.BatchStatement;
import io.github.appendonly.jpa.table.StackHead;
import io.github.appendonly.jpa.table.StructureTables;
import io.github.appendonly.jpa.transaction.Transactions;
import org.jspecify.annotations.Nullable;

/**
 * Writes plans on PostgreSQL, with one statement each.
 */
public final class PostgresPlanWriter implements PlanWriter {

	/**
	 * The state that a plan was made from. It must still hold when the plan is written.
	 */
	public enum Premise {

		/** The stack's row. */
		ROW,

		/** The stack's row, and an empty inbox. */
		EMPTY_INBOX

	}

	/**
	 * A stack's row as this class has written it.
	 *
	 * @param head the row
	 * @param ctid the physical location of the row, to find it without the index
	 */
	public record Written(StackHead head, String ctid) {
	}

	private final Transactions transactions;

	private final BatchStatement statement;

	public PostgresPlanWriter(Transactions transactions, StructureTables tables) {
		this.transactions = transactions;
		this.statement = new BatchStatement(tables);
	}

	@Override
	public boolean write(String name, BatchPlan plan) {
		return this.transactions
			.onConnection((connection) -> write(connection, name, plan, Premise.ROW, null, true).isPresent());
	}

	/**
	 * Writes a plan, if its premise still holds.
	 * @param connection the connection
	 * @param name the name of the stack
	 * @param plan the plan
	 * @param premise the premise
	 * @param ctid the physical location of the stack's row, or null if that is not known
	 * @param waits whether to wait for another transaction that has the row locked
	 * @return the stack's new row, or nothing if nothing was written
	 */
	public Optional<Written> write(Connection connection, String name, BatchPlan plan, Premise premise,
			@Nullable String ctid, boolean waits) throws SQLException {
		BatchStatement.Content content = new BatchStatement.Content(plan.before(),
				plan.after(plan.before().prunedLength()), plan.taken(),
				plan.additions().stream().map(BatchPlan.Addition::slice).toList(), plan.newlySealed(), pruned(plan),
				plan.placedKeys());
		return this.statement.execute(connection, name, content, ctid, premise == Premise.EMPTY_INBOX, waits)
			.map((row) -> written(plan, row));
	}

	private static BatchStatement.@Nullable Pruned pruned(BatchPlan plan) {
		if (plan.prunings().isEmpty()) {
			return null;
		}
		long to = plan.oldestGeneration();
		BatchPlan.Addition addition = plan.addition(to - 1);
		int added = (addition != null) ? addition.slice().items().length() : 0;
		List<Long> archived = plan.archived().stream().map(BatchPlan.Pruning::generation).toList();
		return new BatchStatement.Pruned(plan.before().oldestGeneration(), to, added, archived);
	}

	private static Written written(BatchPlan plan, BatchStatement.Written row) {
		return new Written(plan.after(row.prunedLength()), row.ctid());
	}

}
