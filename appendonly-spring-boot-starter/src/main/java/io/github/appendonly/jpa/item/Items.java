package io.github.appendonly.jpa.item;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

import io.github.appendonly.CorruptStructureException;
import io.github.appendonly.Damage;
import io.github.appendonly.Entry;
import io.github.appendonly.Gone;
import io.github.appendonly.Layer;
import io.github.appendonly.Position;
import io.github.appendonly.Unreadable;
import jakarta.persistence.EntityManagerFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;

/**
 * Writes and reads the items of one structure. Items are stored as JSON. If they are
 * entities, their identifiers are stored.
 *
 * @param <T> the type of the items
 * @param structure the structure as messages name it, for example {@code stack 'news'}
 * @param table the table that has the items, for messages
 * @param type the declared type of the items
 * @param codec writes and reads the stored form
 * @param references loads the entities; null if the items are not entities
 * @param decoded the cache of decoded items
 */
public record Items<T>(String structure, String table, Type type, ItemCodec codec,
		@Nullable EntityReferences references, DecodedLayerCache decoded) {

	private static final int MAX_ENTITIES = 256;

	/**
	 * Stands among decoded items for one that is erased.
	 */
	private enum Erased {

		ITEM

	}

	private static final BitSet NONE = new BitSet(0);

	/** The length up to which slices gain from being decoded together. */
	private static final int SHORT = 8;

	/**
	 * Items that were read together.
	 *
	 * @param <T> the type of the items
	 * @param entries the items that exist, in the order of their positions
	 * @param gone the positions whose items are gone
	 * @param unreadable the positions whose items cannot be read
	 */
	public record Portion<T>(List<Entry<T>> entries, List<Gone> gone, List<Unreadable> unreadable) {

		public List<T> items() {
			return this.entries.stream().map(Entry::item).toList();
		}

	}

	/**
	 * Returns the items of a structure.
	 * @param table the table that has the items, for messages
	 * @param decoded the cache to use if the items cannot be changed and the built-in
	 * codec reads them; another codec may have to return new items each time
	 */
	public static <T> Items<T> of(String structure, String table, Type type, ItemCodec codec,
			EntityManagerFactory entityManagerFactory, DecodedLayerCache decoded) {
		EntityReferences references = EntityReferences.of(entityManagerFactory, type).orElse(null);
		if (references != null) {
			return new Items<>(structure, table, type, references, references, DecodedLayerCache.NONE);
		}
		boolean shared = codec instanceof JacksonItemCodec && ImmutableTypes.contain(type);
		return new Items<>(structure, table, type, codec, null, shared ? decoded : DecodedLayerCache.NONE);
	}

	public JsonArray write(T item) {
		return new JsonArray(1, "[" + encode(item) + "]");
	}

	public JsonArray writeAll(Iterable<? extends T> items) {
		List<String> texts = new ArrayList<>();
		for (T item : items) {
			texts.add(encode(item));
		}
		return JsonArray.of(texts);
	}

	/**
	 * Writes a layer. Erased positions stay erased, other gone positions keep their
	 * identifiers, and unreadable ones their texts.
	 */
	public JsonArray write(Layer<? extends T> layer) {
		if (layer.gone().isEmpty() && layer.unreadable().isEmpty()) {
			return writeAll(layer.items());
		}
		Map<Position, String> texts = new TreeMap<>();
		layer.entries().forEach((entry) -> texts.put(entry.position(), encode(entry.item())));
		layer.gone().forEach((one) -> texts.put(one.position(), goneText(one)));
		layer.unreadable().forEach((one) -> texts.put(one.position(), storedText(one)));
		return JsonArray.of(List.copyOf(texts.values()));
	}

	private String goneText(Gone one) {
		if (one.identifier() == null) {
			return JsonArray.ERASED;
		}
		if (this.references == null) {
			throw new IllegalArgumentException("Cannot write the item at " + one.position() + " of " + this.structure
					+ ": it is gone, and only structures of entities refer to their items");
		}
		return this.references.writeIdentifier(one.identifier());
	}

	private String storedText(Unreadable one) {
		try {
			JsonArray.requireOneValue(one.text());
			return LoneSurrogates.escaped(one.text());
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("Cannot write the item at " + one.position() + " of " + this.structure
					+ ": its text is not one JSON value", ex);
		}
	}

	/**
	 * Returns the text of an item.
	 */
	public String encode(T item) {
		Objects.requireNonNull(item, "item");
		try {
			String json = this.codec.write(item, this.type);
			JsonScan scan = JsonScan.of(json);
			if (JsonArray.isErased(json)) {
				throw new IllegalArgumentException(
						"It could not be read back. Its JSON is null, which stands for an item that is erased");
			}
			requireReadable(item, json, scan);
			return scan.mayHaveSurrogates() ? LoneSurrogates.escaped(json) : json;
		}
		catch (RuntimeException ex) {
			throw new ItemConversionException("Cannot write an item", this.structure, null, this.type.getTypeName(),
					ex);
		}
	}

	/**
	 * Checks that an item can be read back. Another codec than the built-in one is asked
	 * only if a parser with the usual limits may fail.
	 */
	private void requireReadable(T item, String json, JsonScan scan) {
		try {
			if (this.codec instanceof JacksonItemCodec jackson) {
				jackson.mapper(this.type).requireReadable(item, json, scan);
			}
			else if (!scan.isParsedWithin(StreamReadConstraints.defaults())) {
				Objects.requireNonNull(this.codec.read(json, this.type), "The item is null");
			}
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException("It could not be read back: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Returns how many positions to read at once.
	 * @param wanted the number of items that are still wanted, if known
	 * @param before the number of positions that were read the last time; it is doubled,
	 * so that few reads are needed where many items are gone
	 */
	public int positionsAtOnce(int wanted, int before) {
		if (this.references == null) {
			return (wanted > 0) ? Math.max(wanted, 2 * before) : Integer.MAX_VALUE;
		}
		return Math.min(MAX_ENTITIES, Math.max(wanted, 2 * before));
	}

	/**
	 * Returns whether reading takes a query. If so, several ranges should be read
	 * together.
	 */
	public boolean takesQuery() {
		return this.references != null;
	}

	/**
	 * Returns slices near a cut whose items are known from earlier reads.
	 * @param cut the cut
	 * @param limit the maximum number of slices
	 * @param newestFirst whether the slices before the cut are wanted, not those after it
	 */
	public DecodedSlices known(Cut cut, int limit, boolean newestFirst) {
		return this.decoded.near(this.structure, this.type, cut, limit, newestFirst);
	}

	/**
	 * Decodes the short slices of a page in one go. One that cannot be decoded with the
	 * others keeps its text, and so do the others.
	 * @param slices the slices
	 * @param wanted the number of items that are wanted, from the first slice on
	 * @return the same slices
	 */
	public List<StoredSlice> decodeTogether(List<StoredSlice> slices, int wanted) {
		List<Integer> places = new ArrayList<>();
		List<String> texts = new ArrayList<>();
		int items = 0;
		for (int i = 0; i < slices.size() && items < wanted; i++) {
			StoredSlice slice = slices.get(i);
			items += slice.length();
			if (slice.json() != null && slice.length() <= SHORT && !slice.items().mayHaveErased()) {
				places.add(i);
				texts.add(slice.json());
			}
		}
		if (texts.size() < 2 || !(this.codec instanceof JacksonItemCodec jackson)) {
			return slices;
		}
		try {
			List<List<?>> read = jackson.mapper(this.type).readEach(texts);
			List<StoredSlice> decoded = new ArrayList<>(slices);
			for (int i = 0; i < read.size(); i++) {
				StoredSlice slice = slices.get(places.get(i));
				decoded.set(places.get(i), entries(slice, read.get(i), NONE).map(slice::with).orElse(slice));
			}
			return decoded;
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			return slices; // to decode them one by one finds the one that fails
		}
	}

	/**
	 * Reads ranges of slices, with at most one query.
	 * @param ranges the ranges, in the order of their positions
	 * @return the items in that order
	 */
	public Portion<T> read(List<SliceRange> ranges) {
		List<Entry<Object>> stored = new ArrayList<>();
		List<Unreadable> unreadable = new ArrayList<>();
		for (SliceRange range : ranges) {
			Optional<List<Entry<Object>>> whole = whole(range.slice());
			if (whole.isPresent()) {
				stored.addAll(whole.get().subList(range.from(), range.to()));
			}
			else {
				decodeOneByOne(range, stored, unreadable);
			}
		}
		return resolve(stored, unreadable);
	}

	private Portion<T> resolve(List<Entry<Object>> stored, List<Unreadable> unreadable) {
		boolean whole = stored.stream().noneMatch((entry) -> entry.item() == Erased.ITEM);
		if (whole && this.references == null) {
			return new Portion<>(cast(stored), List.of(), unreadable);
		}
		Map<Object, Object> loaded = (this.references != null) ? this.references.load(identifiers(stored)) : Map.of();
		List<Entry<Object>> entries = new ArrayList<>(stored.size());
		List<Gone> gone = new ArrayList<>();
		for (Entry<Object> one : stored) {
			Object item = (this.references != null) ? loaded.get(one.item()) : one.item();
			if (one.item() == Erased.ITEM) {
				gone.add(Gone.erased(one.position()));
			}
			else if (item != null) {
				entries.add(new Entry<>(one.position(), item));
			}
			else {
				gone.add(Gone.entityDeleted(one.position(), one.item()));
			}
		}
		return new Portion<>(cast(entries), gone, unreadable);
	}

	private static List<Object> identifiers(List<Entry<Object>> stored) {
		return stored.stream().map(Entry::item).filter((item) -> item != Erased.ITEM).toList();
	}

	private Optional<List<Entry<Object>>> whole(StoredSlice slice) {
		return (slice.decoded() != null) ? Optional.of(slice.decoded()) : decodeWhole(slice);
	}

	private Optional<List<Entry<Object>>> decodeWhole(StoredSlice slice) {
		try {
			BitSet erased = slice.items().erased();
			JsonArray kept = slice.items().without(erased);
			return entries(slice, kept.isEmpty() ? List.of() : this.codec.readAll(kept.json(), this.type), erased);
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			return Optional.empty(); // to decode them one by one finds the one that fails
		}
	}

	/**
	 * Returns the entries of a slice, and keeps them for other readers.
	 * @param items the items that were decoded from its text
	 * @param erased the indexes of items that are erased
	 * @return nothing if they are not those that the slice should have
	 */
	private Optional<List<Entry<Object>>> entries(StoredSlice slice, List<?> items, BitSet erased) {
		if (items.size() + erased.cardinality() != slice.length() || items.stream().anyMatch(Objects::isNull)) {
			return Optional.empty();
		}
		Iterator<?> kept = items.iterator();
		List<Entry<Object>> entries = new ArrayList<>(slice.length());
		for (int i = 0; i < slice.length(); i++) {
			Object item = erased.get(i) ? Erased.ITEM : kept.next();
			entries.add(Entry.of(slice.generation(), slice.firstIndex() + i, item));
		}
		this.decoded.put(this.structure, this.type, slice, entries);
		return Optional.of(entries);
	}

	private void decodeOneByOne(SliceRange range, List<Entry<Object>> stored, List<Unreadable> unreadable) {
		StoredSlice slice = range.slice();
		List<String> texts = texts(slice);
		for (int i = range.from(); i < range.to(); i++) {
			Position position = new Position(slice.generation(), slice.firstIndex() + i);
			try {
				stored.add(new Entry<>(position, decode(texts.get(i))));
			}
			catch (RuntimeException ex) {
				unreadable.add(new Unreadable(position, texts.get(i),
						Objects.requireNonNullElseGet(ex.getMessage(), ex::toString)));
			}
		}
	}

	/**
	 * Returns the exception for a reader that comes to an item that cannot be read.
	 */
	public ItemConversionException failure(Unreadable one) {
		try {
			decode(one.text());
			return failure(one.position(), new IllegalStateException(one.reason()));
		}
		catch (RuntimeException ex) {
			return failure(one.position(), ex);
		}
	}

	private ItemConversionException failure(Position position, RuntimeException cause) {
		return new ItemConversionException("Cannot read the item at " + position, this.structure, position,
				this.type.getTypeName(), cause);
	}

	/**
	 * Reads one item of a slice, even if other items of the slice cannot be read.
	 * @param slice the slice
	 * @param position the position of the item
	 * @return the item, or nothing if it is gone
	 * @throws ItemConversionException if the item cannot be read
	 */
	public Optional<T> read(StoredSlice slice, Position position) {
		int offset = position.index() - slice.firstIndex();
		Entry<Object> stored;
		if (slice.decoded() != null) {
			stored = slice.decoded().get(offset);
		}
		else {
			String text = texts(slice).get(offset);
			try {
				stored = new Entry<>(position, decode(text));
			}
			catch (RuntimeException ex) {
				throw failure(position, ex);
			}
		}
		return resolve(List.of(stored), List.of()).items().stream().findFirst();
	}

	/**
	 * Returns the texts of the items of a slice, in a new list.
	 * @throws CorruptStructureException if the slice is not an array of its length
	 */
	public List<String> texts(StoredSlice slice) {
		try {
			return slice.items().items();
		}
		catch (IllegalArgumentException ex) {
			String key = this.structure.startsWith("accumulator") ? "id " + slice.generation()
					: "generation " + slice.generation() + ", first_index " + slice.firstIndex();
			throw new CorruptStructureException(textDamage(this.structure, this.table, key, slice.items()));
		}
	}

	/**
	 * Returns the damage of a row whose text is not an array of its length.
	 */
	public static Damage textDamage(String structure, String table, String key, JsonArray items) {
		return new Damage(structure, table, key, "a JSON array of " + items.length() + " items, as length says",
				"another text");
	}

	/**
	 * Reads an item. Errors of its class are failures of the item; the errors of the JVM
	 * are not.
	 */
	private Object decode(String json) {
		if (JsonArray.isErased(json)) {
			return Erased.ITEM;
		}
		try {
			return Objects.requireNonNull(this.codec.read(json, this.type), "The codec returned null");
		}
		catch (LinkageError | AssertionError ex) {
			throw new IllegalStateException(ex.toString(), ex);
		}
	}

	/**
	 * Returns a layer. Items that cannot be read are reported in it.
	 */
	public Layer<T> layer(long generation, JsonArray items) {
		return layer(StoredSlice.of(generation, 0, items));
	}

	/**
	 * Returns a layer that is one slice. Items that cannot be read are reported in it.
	 */
	public Layer<T> layer(StoredSlice slice) {
		Portion<T> portion = read(List.of(SliceRange.all(slice)));
		return new Layer<>(slice.generation(), portion.items(), portion.gone(), portion.unreadable());
	}

	@SuppressWarnings("unchecked") // the codec was asked for this type
	private static <T> List<Entry<T>> cast(List<? extends Entry<?>> entries) {
		return (List<Entry<T>>) entries;
	}

}
