package io.github.appendonly.jpa.item;

import java.lang.reflect.Type;
import java.util.List;

/**
 * Turns items into JSON and back. A bean of this type replaces the built-in codec, which
 * uses the application's {@code JsonMapper}. A codec does not get items that are
 * entities: structures store their identifiers.
 * <p>
 * A codec must be able to read everything that it has written, for as long as it is
 * stored. In an archive, that has no limit. A text that is beyond the usual limits of a
 * JSON parser, or that is not strictly JSON, is read back when it is written, and refused
 * if that fails.
 * <p>
 * All methods may be called by many threads at once.
 * <p>
 * If a method throws an exception, the reader or writer gets an
 * {@link ItemConversionException} with the name of the structure.
 */
public interface ItemCodec {

	/**
	 * Writes an item.
	 * @param item the item
	 * @param type the declared type of the structure's items
	 * @return one JSON value, for example an object, a string or a number
	 */
	String write(Object item, Type type);

	/**
	 * Reads an item.
	 * @param json a text that {@link #write(Object, Type)} has returned
	 * @param type the declared type of the structure's items
	 * @return the item; never null
	 */
	Object read(String json, Type type);

	/**
	 * Reads consecutive items. That may be faster than reading them one by one.
	 * @param jsonArray a JSON array of items
	 * @param type the declared type of the structure's items
	 * @return the items in order; an empty list if they are to be read one by one
	 */
	default List<?> readAll(String jsonArray, Type type) {
		return List.of();
	}

}
