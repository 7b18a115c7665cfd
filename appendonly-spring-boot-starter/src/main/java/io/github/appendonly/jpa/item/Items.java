package io.github.appendonly.jpa.item;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

import io.github.appendonly.Entry;
import io.github.appendonly.Gone;
import io.github.appendonly.Layer;
import io.github.appendonly.Position;
import jakarta.persistence.EntityManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The items of one structure on their way to and from the database: as JSON, or, if they
 * are entities, by their identifiers.
 *
 * @param <T> the type of the items
 * @param structure what the structure is called in messages, such as {@code stack 'news'}
 * @param type the declared type of the items
 * @param codec writes and reads what is stored of them
 * @param references how entities are loaded; null if the items are no entities
 * @param decoded items that were read already
 */
public record Items<T>(String structure, Type type, ItemCodec codec, @Nullable EntityReferences references,
		DecodedLayerCache decoded) {

	private static final int MAX_ENTITIES = 256;

	/**
	 * Items that were read together.
	 *
	 * @param <T> the type of the items
	 * @param entries the items that are there, in the order of their positions
	 * @param gone those that are not
	 */
	public record Portion<T>(List<Entry<T>> entries, List<Gone> gone) {

		public List<T> items() {
			return this.entries.stream().map(Entry::item).toList();
		}

	}

	/**
	 * The items of a structure.
	 * @param decoded remembers items, if nobody can change them and they are written by
	 * us: another codec may give new ones each time
	 */
	public static <T> Items<T> of(String structure, Type type, ItemCodec codec,
			EntityManagerFactory entityManagerFactory, DecodedLayerCache decoded) {
		EntityReferences references = EntityReferences.of(entityManagerFactory, type).orElse(null);
		if (references != null) {
			return new Items<>(structure, type, references, references, DecodedLayerCache.NONE);
		}
		boolean shared = codec instanceof JacksonItemCodec && ImmutableTypes.contain(type);
		return new Items<>(structure, type, codec, null, shared ? decoded : DecodedLayerCache.NONE);
	}

	public JsonArray write(T item) {
		return new JsonArray(1, "[" + json(item) + "]");
	}

	public JsonArray writeAll(Iterable<? extends T> items) {
		List<String> texts = new ArrayList<>();
		for (T item : items) {
			texts.add(json(item));
		}
		return JsonArray.of(texts);
	}

	/**
	 * Writes a layer. What is gone in it stays what it was.
	 */
	public JsonArray write(Layer<? extends T> layer) {
		if (layer.gone().isEmpty()) {
			return writeAll(layer.items());
		}
		Map<Position, String> texts = new TreeMap<>();
		layer.entries().forEach((entry) -> texts.put(entry.position(), json(entry.item())));
		layer.gone().forEach((one) -> texts.put(one.position(), reference(one.position(), one.identifier())));
		return JsonArray.of(List.copyOf(texts.values()));
	}

	private String reference(Position position, Object identifier) {
		if (this.references == null) {
			throw new IllegalArgumentException("Cannot write the item at " + position + " of " + this.structure
					+ ": it is gone, and only structures of entities refer to their items");
		}
		return this.references.writeIdentifier(identifier);
	}

	private String json(T item) {
		Objects.requireNonNull(item, "item");
		try {
			String json = this.codec.write(item, this.type);
			JsonArray.requireOneValue(json);
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
	 * How many positions to read in one go.
	 * @param wanted the number of items that are still wanted, as far as that is known
	 * @param before how many positions were read the last time: where many are gone, more
	 * and more
	 */
	public int positionsAtOnce(int wanted, int before) {
		if (this.references == null) {
			return (wanted > 0) ? wanted : Integer.MAX_VALUE;
		}
		return Math.min(MAX_ENTITIES, Math.max(wanted, 2 * before));
	}

	/**
	 * Whether reading takes a query, so that several runs should be read together.
	 */
	public boolean takesQuery() {
		return this.references != null;
	}

	/**
	 * Reads runs of items, with one query at most.
	 * @param runs the runs, in the order of their positions
	 * @return the items in that order
	 * @throws ItemConversionException if one cannot be read, with its position
	 */
	public Portion<T> read(List<SliceRange> runs) {
		List<Entry<Object>> stored = new ArrayList<>();
		for (SliceRange run : runs) {
			Slice slice = run.slice();
			int index = slice.firstIndex() + run.from();
			for (Object item : stored(run)) {
				stored.add(Entry.of(slice.generation(), index++, item));
			}
		}
		return resolve(stored);
	}

	private Portion<T> resolve(List<Entry<Object>> stored) {
		if (this.references == null) {
			return new Portion<>(cast(stored), List.of());
		}
		Map<Object, Object> loaded = this.references.load(stored.stream().map(Entry::item).toList());
		List<Entry<Object>> entries = new ArrayList<>(stored.size());
		List<Gone> gone = new ArrayList<>();
		for (Entry<Object> reference : stored) {
			Object entity = loaded.get(reference.item());
			if (entity != null) {
				entries.add(new Entry<>(reference.position(), entity));
			}
			else {
				gone.add(Gone.entityDeleted(reference.position(), reference.item()));
			}
		}
		return new Portion<>(cast(entries), gone);
	}

	private List<?> stored(SliceRange run) {
		Slice slice = run.slice();
		return this.decoded.get(this.structure, this.type, slice)
			.or(() -> whole(slice))
			.<List<?>>map((items) -> items.subList(run.from(), run.to()))
			.orElseGet(() -> oneByOne(run));
	}

	private Optional<List<?>> whole(Slice slice) {
		try {
			List<?> items = this.codec.readAll(slice.items().json(), this.type);
			if (items.size() == slice.items().length() && items.stream().noneMatch(Objects::isNull)) {
				this.decoded.put(this.structure, this.type, slice, items);
				return Optional.of(items);
			}
		}
		catch (RuntimeException ex) {
			// Reading them one by one finds out which it is.
		}
		return Optional.empty();
	}

	private List<Object> oneByOne(SliceRange run) {
		Slice slice = run.slice();
		List<String> texts = slice.items().items();
		List<Object> items = new ArrayList<>(run.length());
		for (int i = run.from(); i < run.to(); i++) {
			items.add(stored(texts.get(i), new Position(slice.generation(), slice.firstIndex() + i)));
		}
		return items;
	}

	/**
	 * Reads one item of a run, whether or not the others can be read.
	 * @param slice the run
	 * @param position the position of the item
	 * @return the item, or nothing if it is gone
	 * @throws ItemConversionException if it cannot be read
	 */
	public Optional<T> read(Slice slice, Position position) {
		Object stored = stored(slice.items().items().get(position.index() - slice.firstIndex()), position);
		return resolve(List.of(new Entry<>(position, stored))).items().stream().findFirst();
	}

	private Object stored(String json, Position position) {
		try {
			return Objects.requireNonNull(this.codec.read(json, this.type), "The codec returned null");
		}
		catch (RuntimeException ex) {
			throw new ItemConversionException("Cannot read the item at " + position + " of " + this.structure + " as "
					+ this.type.getTypeName() + ": " + ex.getMessage(), ex);
		}
	}

	public Layer<T> layer(long generation, JsonArray items) {
		Portion<T> portion = read(List.of(SliceRange.all(new Slice(generation, 0, items))));
		return new Layer<>(generation, portion.items(), portion.gone());
	}

	@SuppressWarnings("unchecked") // the codec was asked for this type
	private static <T> List<Entry<T>> cast(List<? extends Entry<?>> entries) {
		return (List<Entry<T>>) entries;
	}

}
