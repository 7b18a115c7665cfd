package io.github.appendonly.jpa.table;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import io.github.appendonly.CorruptStructureException;
import io.github.appendonly.jpa.item.Slice;
import org.jspecify.annotations.Nullable;

/**
 * The single statement that writes a batch on PostgreSQL. Each table contributes its
 * parts.
 */
public final class BatchStatement {

	/*
	 * All parts of the statement see the database as it was when the statement began. The
	 * first part, "head", updates the stack's row. It waits while another transaction has
	 * the row locked. It finds nothing if the row is no longer as the plan found it. All
	 * other parts depend on it.
	 *
	 * Items stay in the database when slices are joined or layers are moved.
	 */

	/**
	 * The layers that a batch prunes.
	 *
	 * @param from the oldest layer so far
	 * @param to the oldest layer that is kept
	 * @param added the number of items that the batch adds to the newest pruned layer
	 * @param archived the pruned layers that go to the archive
	 */
	public record Pruned(long from, long to, int added, List<Long> archived) {

		/**
		 * Returns whether the first layer that goes to the archive follows the layer that
		 * the stack pruned last.
		 */
		boolean continuesPruned() {
			return this.from > 0 && this.archived.get(0) == this.from;
		}

	}

	/**
	 * Everything that a batch writes.
	 *
	 * @param before the stack's row as the plan found it
	 * @param after the new row, without the length of the newest pruned layer
	 * @param taken the ids of the inbox rows that are placed
	 * @param slices the new slices, including those of pruned layers
	 * @param newlySealed the layer that had slices before and is full now
	 * @param pruned the pruned layers, or null if there are none
	 * @param keys the positions of the items that have a key
	 */
	public record Content(StackHead before, StackHead after, Collection<Long> taken, List<Slice> slices,
			OptionalLong newlySealed, @Nullable Pruned pruned, List<KeyTable.Placed> keys) {
	}

	/**
	 * The stack's row as the statement has left it.
	 *
	 * @param prunedLength the number of items in the newest pruned layer
	 * @param ctid the physical location of the row, to find it without the index
	 */
	public record Written(int prunedLength, String ctid) {
	}

	private final StructureTables tables;

	/**
	 * Creates the statement.
	 */
	public BatchStatement(StructureTables tables) {
		this.tables = tables;
	}

	/**
	 * Writes a batch, if the stack is as the plan found it.
	 * @param connection the connection
	 * @param stack the name of the stack
	 * @param content everything that is written
	 * @param ctid the physical location of the stack's row, or null if that is not known
	 * @param onlyIfInboxIsEmpty whether the inbox must be empty
	 * @param waits whether to wait for another transaction that has the stack's row
	 * locked; if not, nothing is written then
	 * @return the new row, or nothing if nothing was written
	 * @throws CorruptStructureException if slices that the statement joins or archives
	 * are not consecutive
	 */
	public Optional<Written> execute(Connection connection, String stack, Content content, @Nullable String ctid,
			boolean onlyIfInboxIsEmpty, boolean waits) throws SQLException {
		NativeStatement statement = new NativeStatement();
		addHead(statement, stack, content, ctid, onlyIfInboxIsEmpty, waits);
		addSlices(statement, stack, content);
		if (!content.taken().isEmpty()) {
			this.tables.inbox().addDeletion(statement, stack, content.taken());
		}
		if (!content.keys().isEmpty()) {
			this.tables.keys().addPlaced(statement, stack, content.keys());
		}
		Pruned pruned = content.pruned();
		statement.add("select pruned_length, place");
		if (pruned != null && !pruned.archived().isEmpty()) {
			this.tables.archives().addAllArchived(statement, pruned.archived().size());
		}
		statement.add("from head");
		try {
			return statement.query(connection, (row) -> new Written(row.getInt(1), row.getString(2)));
		}
		catch (SQLException ex) {
			Optional<CorruptStructureException> corrupt = corrupt(stack, content, ex);
			if (corrupt.isPresent()) {
				throw corrupt.get();
			}
			throw ex;
		}
	}

	private void addSlices(NativeStatement statement, String stack, Content content) {
		SliceTable slices = this.tables.slices();
		Pruned pruned = content.pruned();
		if (content.slices().size() == 1 && pruned == null && content.newlySealed().isEmpty()) {
			slices.addNewSlice(statement, stack, content.slices().iterator().next());
			return;
		}
		slices.addNewSlices(statement, content.slices());
		if (pruned != null) {
			if (!pruned.archived().isEmpty()) {
				this.tables.archives().addMoveFromStack(statement, stack, pruned, content.before().prunedLength());
			}
			slices.addDeletion(statement, stack, pruned.from(), pruned.to());
		}
		slices.addNewAndSealed(statement, stack, content.after().oldestGeneration(), content.newlySealed());
	}

	private Optional<CorruptStructureException> corrupt(String stack, Content content, SQLException failure) {
		OptionalLong sealed = content.newlySealed();
		if (SliceTable.NOT_NULL_VIOLATION.equals(failure.getSQLState()) && sealed.isPresent()) {
			return Optional.of(this.tables.slices()
				.corrupt(stack, sealed.getAsLong(),
						"consecutive slices up to first_index " + content.before().length() + ", to join them",
						"others"));
		}
		Pruned pruned = content.pruned();
		if (ArchiveTable.DIVISION_BY_ZERO.equals(failure.getSQLState()) && pruned != null) {
			return Optional.of(this.tables.slices()
				.corrupt(stack, pruned.archived().get(0), "consecutive slices from first_index 0 on, to archive the"
						+ " generations " + pruned.archived(), "others in one of them"));
		}
		return Optional.empty();
	}

	private void addHead(NativeStatement statement, String stack, Content content, @Nullable String ctid,
			boolean onlyIfInboxIsEmpty, boolean waits) {
		Pruned pruned = content.pruned();
		statement.add("with head as (");
		this.tables.stacks().addUpdate(statement, content.before(), content.after());
		if (pruned != null) {
			this.tables.slices().addPrunedLength(statement, stack, pruned.to() - 1, pruned.added());
		}
		this.tables.stacks().addVersionCheck(statement, stack, content.before().version(), ctid);
		if (!waits) {
			this.tables.stacks().addIsFree(statement, stack, ctid);
		}
		if (onlyIfInboxIsEmpty) {
			this.tables.inbox().addIsEmpty(statement, stack);
		}
		if (!content.taken().isEmpty()) {
			this.tables.inbox().addHolds(statement, stack, content.taken());
		}
		if (pruned != null && !pruned.archived().isEmpty()) {
			this.tables.archives().addNoneSince(statement, stack, pruned.archived().get(0));
		}
		statement.add("returning pruned_length, ctid as place)");
	}

}
