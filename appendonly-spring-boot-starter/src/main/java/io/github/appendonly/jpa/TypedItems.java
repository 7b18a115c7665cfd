package io.github.appendonly.jpa;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.github.appendonly.Layer;
import io.github.appendonly.Position;

/**
 * The items of one structure on their way to and from JSON.
 *
 * @param <T> the type of the items
 * @param structure what the structure is called in messages, such as {@code stack 'news'}
 * @param type the declared type of the items
 * @param codec writes and reads them
 */
record TypedItems<T>(String structure, Type type, ItemCodec codec) {

	ItemArray write(T item) {
		return new ItemArray(1, "[" + json(item) + "]");
	}

	ItemArray writeAll(Iterable<? extends T> items) {
		List<String> texts = new ArrayList<>();
		for (T item : items) {
			texts.add(json(item));
		}
		return ItemArray.of(texts);
	}

	private String json(T item) {
		Objects.requireNonNull(item, "item");
		try {
			String json = this.codec.write(item, this.type);
			ItemArray.requireOneValue(json);
			return escapeLoneSurrogates(json);
		}
		catch (RuntimeException ex) {
			throw new ItemConversionException("Cannot write an item of " + this.structure + " as "
					+ this.type.getTypeName() + ": " + ex.getMessage(), ex);
		}
	}

	/**
	 * A surrogate without its other half has no form in UTF-8; a driver would replace it
	 * without a word. In JSON it can only be within a string, where it may be escaped.
	 */
	private static String escapeLoneSurrogates(String json) {
		int length = json.length();
		for (int i = 0; i < length; i++) {
			if (json.charAt(i) >= Character.MIN_SURROGATE) {
				return withEscapedSurrogates(json, i);
			}
		}
		return json;
	}

	private static String withEscapedSurrogates(String json, int first) {
		StringBuilder escaped = new StringBuilder(json.length() + 16).append(json, 0, first);
		for (int i = first; i < json.length(); i++) {
			char c = json.charAt(i);
			if (!Character.isSurrogate(c)) {
				escaped.append(c);
			}
			else if (Character.isHighSurrogate(c) && i + 1 < json.length()
					&& Character.isLowSurrogate(json.charAt(i + 1))) {
				escaped.append(c).append(json.charAt(++i));
			}
			else {
				escaped.append(String.format("\\u%04x", (int) c));
			}
		}
		return escaped.toString();
	}

	/**
	 * Reads a run of items.
	 * @param slice the run
	 * @return the items, oldest first
	 * @throws ItemConversionException if one cannot be read, with its position
	 */
	List<T> read(Slice slice) {
		try {
			List<?> items = this.codec.readAll(slice.items().json(), this.type);
			if (items.size() == slice.items().length() && items.stream().noneMatch(Objects::isNull)) {
				return cast(items);
			}
		}
		catch (RuntimeException ex) {
			// Reading them one by one finds out which it is.
		}
		return readOneByOne(slice);
	}

	private List<T> readOneByOne(Slice slice) {
		List<String> texts = slice.items().items();
		List<T> items = new ArrayList<>(texts.size());
		for (String json : texts) {
			items.add(read(json, new Position(slice.generation(), slice.firstIndex() + items.size())));
		}
		return items;
	}

	/**
	 * Reads one item of a run, whether or not the others can be read.
	 * @param slice the run
	 * @param position the position of the item
	 * @return the item
	 * @throws ItemConversionException if it cannot be read
	 */
	T read(Slice slice, Position position) {
		return read(slice.items().items().get(position.index() - slice.firstIndex()), position);
	}

	@SuppressWarnings("unchecked") // the codec was asked for this type
	private T read(String json, Position position) {
		try {
			return (T) Objects.requireNonNull(this.codec.read(json, this.type), "The codec gave null");
		}
		catch (RuntimeException ex) {
			throw new ItemConversionException("Cannot read the item at " + position + " of " + this.structure + " as "
					+ this.type.getTypeName() + ": " + ex.getMessage(), ex);
		}
	}

	Layer<T> layer(long generation, ItemArray items) {
		return new Layer<>(generation, read(new Slice(generation, 0, items)));
	}

	@SuppressWarnings("unchecked") // the codec was asked for this type
	private static <T> List<T> cast(List<?> items) {
		return (List<T>) items;
	}

}
