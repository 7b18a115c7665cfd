package io.github.appendonly.jpa.item;

import java.lang.reflect.Type;
import java.util.List;

/**
 * Turns items into JSON and back. A bean of this type replaces the built-in one, which
 * uses the application's {@code JsonMapper}. It is not asked for items that are entities:
 * they are kept by their identifiers.
 * <p>
 * What was written once has to be readable as long as it is kept: in an archive, for
 * good. Used by many threads at once. Exceptions are passed on with the name of the
 * structure.
 */
public interface ItemCodec {

	/**
	 * Writes an item.
	 * @param item the item
	 * @param type the declared type of the structure's items
	 * @return one JSON value: an object, a string, a number and so on
	 */
	String write(Object item, Type type);

	/**
	 * Reads an item.
	 * @param json what {@link #write(Object, Type)} returned once
	 * @param type the declared type of the structure's items
	 * @return the item; never null
	 */
	Object read(String json, Type type);

	/**
	 * Reads consecutive items, which may be faster than one by one.
	 * @param jsonArray a JSON array of items
	 * @param type the declared type of the structure's items
	 * @return the items in order, or nothing to have them read one by one
	 */
	default List<?> readAll(String jsonArray, Type type) {
		return List.of();
	}

}
