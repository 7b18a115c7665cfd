package io.github.appendonly.jpa.table;

import java.util.List;

/**
 * The statements that are the same for both tables of queues.
 *
 * @param database the database that has the table
 * @param table the name of the table
 */
record QueueStatements(Database database, String table) {

	NativeStatement anyIn(String name) {
		return new NativeStatement().add("select 1 from " + this.table + " where name = ? fetch first 1 rows only",
				name);
	}

	NativeStatement sizeOfFirst(String name, int rows) {
		return new NativeStatement().add("select coalesce(sum(w.length), 0) from (select length from " + this.table
				+ " where name = ? order by name, id fetch first ? rows only) w", name, rows);
	}

	/**
	 * Deletes rows. Where the database has arrays, the text does not depend on the number
	 * of rows, so that the database can keep what it has made of it.
	 */
	NativeStatement delete(String name, List<Long> ids) {
		NativeStatement statement = new NativeStatement().add("delete from " + this.table + " where name = ?", name);
		if (this.database == Database.OTHER) {
			return statement.add("and id in (" + "?, ".repeat(ids.size() - 1) + "?)", ids.toArray());
		}
		Object array = ids.toArray(Long[]::new);
		return statement.add("and id = any (cast(? as bigint array))", array);
	}

	NativeStatement deleteAll(String name) {
		return new NativeStatement().add("delete from " + this.table + " where name = ?", name);
	}

}
