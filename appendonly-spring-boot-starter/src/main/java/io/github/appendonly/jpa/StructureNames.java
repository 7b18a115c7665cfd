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
	 * Checks that a text can be part of a name.
	 * @param part the text, which may be empty
	 * @throws IllegalArgumentException if it is too long, or has control characters or
	 * unpaired surrogates
	 */
	static void requirePart(String part) {
		if (!isPrintable(part) || part.length() > StructureTables.NAME_LENGTH) {
			throw new IllegalArgumentException("A part of a name is a text of at most " + StructureTables.NAME_LENGTH
					+ " characters without control characters, but got \"" + part + "\"");
		}
	}

	/**
	 * Returns whether a structure can have a name.
	 */
	static boolean isValid(String name) {
		return isPrintable(name) && !name.isBlank() && name.length() <= StructureTables.NAME_LENGTH;
	}

	private static boolean isPrintable(String text) {
		return text.codePoints()
			.noneMatch((c) -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
	}

}
