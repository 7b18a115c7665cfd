package io.github.appendonly.jpa.table;

import java.util.List;

import io.github.appendonly.Position;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.item.StoredSlice;
import org.jspecify.annotations.Nullable;

/**
 * The layers of one stack or archive, whose items are changed in the transaction of the
 * calling thread. Whoever changes a stack first locks it.
 */
public final class StoredLayers {

	/*
	 * A batch is planned against the version of the stack's row, and is written only if
	 * the row still has it. So a change of slices gives the row a new version, under a
	 * lock. A batch that has read the slices before cannot be written then, and one that
	 * has been written before is seen here. An archive has no such row. But batches only
	 * add layers to it, and copy them from slices.
	 *
	 * Slices that change get a new stamp, so that readers let go of the decoded items.
	 */

	private final Statements statements;

	private final boolean postgres;

	private final @Nullable String stacks;

	private final String select;

	private final String update;

	private final String name;

	private StoredLayers(Statements statements, boolean postgres, @Nullable String stacks, String select, String update,
			String name) {
		this.statements = statements;
		this.postgres = postgres;
		this.stacks = stacks;
		this.select = select;
		this.update = update;
		this.name = name;
	}

	static StoredLayers ofStack(Statements statements, Tables tables, String name) {
		return new StoredLayers(statements, tables.database() == Database.POSTGRESQL, tables.stack(),
				"select generation, first_index, length, stamp, items from " + tables.slice()
						+ " where stack = ? and generation = ? order by first_index",
				"update " + tables.slice()
						+ " set items = ?, stamp = ? where stack = ? and generation = ? and first_index = ?",
				name);
	}

	static StoredLayers ofArchive(Statements statements, Tables tables, String name) {
		return new StoredLayers(statements, false, null,
				"select generation, 0, length, stamp, items from " + tables.archivedLayer()
						+ " where archive = ? and generation = ? for update",
				"update " + tables.archivedLayer()
						+ " set items = ?, stamp = ? where archive = ? and generation = ? and 0 = ?",
				name);
	}

	/**
	 * Locks the stack until the end of the transaction. An archive is locked layer by
	 * layer.
	 * @return whether there are layers
	 */
	public boolean lock() {
		return this.stacks == null || this.statements
			.query(new NativeStatement().add("select version from " + this.stacks + " where name = ? for update",
					this.name), (row) -> row.getLong(1))
			.isPresent();
	}

	/**
	 * Sees to it that nobody locks the stack until the end of the transaction. On
	 * PostgreSQL, pushes outside transactions neither wait for it, nor does it wait for
	 * them.
	 * @return whether there are layers
	 */
	public boolean hold() {
		String strength = this.postgres ? "for key share" : "for update";
		return this.stacks == null || this.statements
			.query(new NativeStatement().add("select version from " + this.stacks + " where name = ? " + strength,
					this.name), (row) -> row.getLong(1))
			.isPresent();
	}

	/**
	 * Returns the slices of a layer, oldest first, with their texts.
	 */
	public List<StoredSlice> layer(long generation) {
		return this.statements.queryAll(new NativeStatement().add(this.select, this.name, generation),
				(row) -> new StoredSlice(row.getLong(1), row.getInt(2), row.getInt(3), row.getLong(4), row.getString(5),
						null));
	}

	/**
	 * Returns whether an item is erased.
	 */
	public boolean isErased(Position position) {
		return layer(position.generation()).stream()
			.filter((slice) -> slice.holds(position))
			.anyMatch((slice) -> slice.items().erased().get(position.index() - slice.firstIndex()));
	}

	/**
	 * Replaces the items of a slice by as many others.
	 */
	public void write(StoredSlice slice, JsonArray items) {
		this.statements.update(new NativeStatement().add(this.update, items.json(), SliceTable.newStamp(), this.name,
				slice.generation(), slice.firstIndex()));
	}

	/**
	 * Tells batches that slices have changed.
	 */
	public void changed() {
		if (this.stacks != null) {
			this.statements.update(new NativeStatement()
				.add("update " + this.stacks + " set version = ? where name = ?", StackHead.newVersion(), this.name));
		}
	}

}
