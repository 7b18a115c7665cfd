package io.github.appendonly.jpa.table;

import java.util.List;

/**
 * The statements that are the same for both tables of queues.
 *
 * @param table the name of the table
 */
record QueueStatements(String table) {

	NativeStatement anyIn(String name) {
		return new NativeStatement().add("select 1 from " + this.table + " where name = ? fetch first 1 rows only",
				name);
	}

	NativeStatement sizeOfFirst(String name, int rows) {
		return new NativeStatement().add("select coalesce(sum(w.length), 0) from (select length from " + this.table
				+ " where name = ? order by name, id fetch first ? rows only) w", name, rows);
	}

	NativeStatement delete(String name, List<Long> ids) {
		String marks = "?, ".repeat(ids.size() - 1) + "?";
		return new NativeStatement().add("delete from " + this.table + " where name = ?", name)
			.add("and id in (" + marks + ")", ids.toArray());
	}

	NativeStatement deleteAll(String name) {
		return new NativeStatement().add("delete from " + this.table + " where name = ?", name);
	}

}
