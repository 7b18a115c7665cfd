package io.github.appendonly;

import java.io.Serializable;

/**
 * Stored rows of a structure that are not as they should be: a row is missing, or rows
 * contradict each other.
 *
 * @param structure the structure as messages name it, for example {@code stack 'news'}
 * @param table the table that has the rows
 * @param key the rows within the structure, for example
 * {@code generation 3, first_index 20}
 * @param expected what should be there
 * @param found what was found instead
 */
public record Damage(String structure, String table, String key, String expected,
		String found) implements Serializable {

	/**
	 * Returns the damage as a sentence.
	 */
	@Override
	public String toString() {
		return this.structure + ", " + this.table + ", " + this.key + ": expected " + this.expected + ", but found "
				+ this.found;
	}

}
