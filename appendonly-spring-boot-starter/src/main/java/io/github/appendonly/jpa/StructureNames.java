package io.github.appendonly.jpa;

import io.github.appendonly.jpa.table.StructureTables;

/**
 * The rule for the names of structures.
 */
final class StructureNames {

	private StructureNames() {
	}

	/**
	 * Checks that a name can be stored.
	 * @param name the name
	 * @return the name
	 * @throws IllegalArgumentException if the name is blank or too long, or has control
	 * characters or unpaired surrogates
	 */
	static String require(String name) {
		if (!isValid(name)) {
			throw new IllegalArgumentException("A name is a text of 1 to " + StructureTables.NAME_LENGTH
					+ " characters without control characters, but got \"" + name + "\"");
		}
		return name;
	}

	/**
	 * Returns whether a structure can have a name.
	 */
	static boolean isValid(String name) {
		boolean printable = name.codePoints()
			.noneMatch((c) -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
		return printable && !name.isBlank() && name.length() <= StructureTables.NAME_LENGTH;
	}

}
