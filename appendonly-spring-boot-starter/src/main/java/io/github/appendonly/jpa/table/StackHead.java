package io.github.appendonly.jpa.table;

import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;

import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import io.github.appendonly.state.ExpiryMark;
import io.github.appendonly.state.Placement;
import org.jspecify.annotations.Nullable;

/**
 * A stack's row at one moment.
 *
 * @param maxLayers the number of layers that are kept
 * @param maxLength the number of items that a layer takes
 * @param archived whether pruned layers go to the archive of the stack's name
 * @param hasPruner whether pruned layers go to a pruner, which only some handles have
 * @param generation the generation of the newest layer
 * @param length the number of items in the newest layer; 0 if the stack has no items
 * @param oldestGeneration the generation of the oldest layer that is kept
 * @param prunedLength the number of items in the layer before the oldest one; 0 if there
 * was none
 * @param version a random number, which is drawn anew whenever the row is written
 * @param limits the limits that are applied in the background
 */
public record StackHead(int maxLayers, int maxLength, boolean archived, boolean hasPruner, long generation, int length,
		long oldestGeneration, int prunedLength, long version, StackLimits limits) {

	/*
	 * A node may remember a row, or hold one that it has read, while the row changes: the
	 * stack may be dropped and created again, or the database may go back to an earlier
	 * state (an asynchronous replica is promoted, or a backup is restored) and go on from
	 * there. A counted version would come again. A random one does not. A secure
	 * generator draws it: other generators repeat themselves in JVMs that are restored
	 * from one checkpoint.
	 */

	private static final SecureRandom VERSIONS = new SecureRandom();

	/** The row of an empty stack with the default bounds, which is not stored yet. */
	public static final StackHead EMPTY = new StackHead(StackBounds.DEFAULT_MAX_LAYERS, StackBounds.DEFAULT_MAX_LENGTH,
			false, false, 0, 0, 0, 0, 0, StackLimits.NONE);

	/** The columns of the stack's row {@code s} that {@link #read} reads. */
	static final String COLUMNS = "s.max_layers, s.max_length, s.archived, s.has_pruner, s.generation, s.length, "
			+ "s.oldest_generation, s.pruned_length, s.version, " + StackLimits.columnsOf("s");

	/** The number of these columns. */
	static final int COUNT = 9 + StackLimits.COLUMNS.size();

	/** For queries. */
	public StackHead(int maxLayers, int maxLength, boolean archived, boolean hasPruner, long generation, int length,
			long oldestGeneration, int prunedLength, long version, @Nullable Long retention, @Nullable Long maxBytes,
			@Nullable Long archiveMaxLayers, @Nullable Long archiveMaxBytes, @Nullable Long keepForSubscribers) {
		this(maxLayers, maxLength, archived, hasPruner, generation, length, oldestGeneration, prunedLength, version,
				new StackLimits(retention, maxBytes, archiveMaxLayers, archiveMaxBytes, keepForSubscribers));
	}

	/**
	 * Reads the row from the first columns of a result. They have the order of the
	 * components.
	 */
	static StackHead read(ResultSet row) throws SQLException {
		return new StackHead(row.getInt(1), row.getInt(2), row.getBoolean(3), row.getBoolean(4), row.getLong(5),
				row.getInt(6), row.getLong(7), row.getInt(8), row.getLong(9), StackLimits.read(row, 10));
	}

	/**
	 * Returns whether the stack has never had an item.
	 */
	public boolean isNew() {
		return this.generation == 0 && this.length == 0;
	}

	public StackBounds bounds() {
		return new StackBounds(this.maxLayers, this.maxLength);
	}

	public Placement.Extent extent() {
		return new Placement.Extent(this.generation - this.oldestGeneration + 1, this.generation, this.length);
	}

	/**
	 * Returns the position of the newest item that was placed, whether it is kept or not.
	 */
	public Optional<Position> newest() {
		if (this.length > 0) {
			return Optional.of(new Position(this.generation, this.length - 1));
		}
		return new ExpiryMark(this.oldestGeneration - 1, this.prunedLength).newest();
	}

	/**
	 * Returns this row without its oldest layers, with a new version. If no layer is
	 * left, the next item begins a new layer.
	 * @param oldest the generation of the oldest layer that is left
	 * @param prunedLength the number of items in the layer before it
	 */
	public StackHead without(long oldest, int prunedLength) {
		boolean empty = oldest > this.generation;
		return new StackHead(this.maxLayers, this.maxLength, this.archived, this.hasPruner,
				empty ? oldest : this.generation, empty ? 0 : this.length, oldest, prunedLength, newVersion(),
				this.limits);
	}

	public StackHead withVersion(long version) {
		return new StackHead(this.maxLayers, this.maxLength, this.archived, this.hasPruner, this.generation,
				this.length, this.oldestGeneration, this.prunedLength, version, this.limits);
	}

	/**
	 * Returns whether a batch that leaves this row needs the schedule of the limits to be
	 * changed.
	 * @param before the row before the batch
	 */
	public boolean changesSchedule(StackHead before) {
		return !this.limits.equals(before.limits) || dueIn(before).isPresent();
	}

	/**
	 * Returns the number of seconds until the limits should be applied, because of a
	 * batch that leaves this row. It is empty if the batch does not change what is to be
	 * done. A stack that has items and a retention is always scheduled. Limits of sizes
	 * matter when a layer begins.
	 * @param before the row before the batch
	 */
	OptionalLong dueIn(StackHead before) {
		boolean first = before.length == 0;
		if ((!this.limits.equals(before.limits) && !before.isNew())
				|| (this.limits.limitSizes() && this.generation > before.generation)) {
			return OptionalLong.of(0);
		}
		Long retention = this.limits.retention();
		return (first && retention != null) ? OptionalLong.of(retention) : OptionalLong.empty();
	}

	/**
	 * Returns a version for a row that is about to be written.
	 */
	public static long newVersion() {
		return VERSIONS.nextLong();
	}

}
