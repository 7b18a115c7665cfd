package io.github.appendonly.jpa.item;

import java.lang.reflect.Type;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the items of stacks' slices as they were decoded the last time, for other
 * readers. It is only for items that cannot be changed. Archives do not use it, because
 * they may be long and are rarely read twice.
 * <p>
 * The cache has a maximum size. The slices that were read least recently are evicted
 * first.
 * <p>
 * All methods may be called by many threads at once.
 */
public final class DecodedLayerCache {

	/*
	 * A sealed layer takes longer to parse than to fetch from the database. So its text
	 * is always fetched. If the text equals the one that was decoded before, the items
	 * are the same. The comparison takes almost no time. So nothing in the cache can be
	 * stale, whatever happens to the stack.
	 */

	/** In characters of text. The items may take a multiple of it. */
	private static final long MAX_SIZE = 4L << 20;

	/**
	 * Identifies a slice. One structure may have handles with different types.
	 */
	private record Key(String structure, Type type, long generation) {
	}

	private record Decoded(String json, List<?> items) {

		int size() {
			return this.json.length();
		}

	}

	/** Keeps nothing. */
	public static final DecodedLayerCache NONE = new DecodedLayerCache(0);

	private final long maxSize;

	private final Map<Key, Decoded> slices = new LinkedHashMap<>(16, 0.75f, true);

	private long size;

	public DecodedLayerCache() {
		this(MAX_SIZE);
	}

	DecodedLayerCache(long maxSize) {
		this.maxSize = maxSize;
	}

	/**
	 * Returns the items of a slice, if its text equals the text that was decoded before.
	 * @param structure the structure that has the slice
	 * @param type the type that its items are read as
	 * @param slice the slice
	 */
	Optional<List<?>> get(String structure, Type type, Slice slice) {
		if (this.maxSize == 0) {
			return Optional.empty();
		}
		Decoded decoded;
		synchronized (this) {
			decoded = this.slices.get(new Key(structure, type, slice.generation()));
		}
		return Optional.ofNullable(decoded)
			.filter((known) -> known.json().equals(slice.items().json()))
			.map(Decoded::items);
	}

	/**
	 * Keeps the items of a slice. Only whole layers are worth it, because other slices do
	 * not last.
	 * @param structure the structure that has the slice
	 * @param type the type that its items are read as
	 * @param slice the slice
	 * @param items its items
	 */
	void put(String structure, Type type, Slice slice, List<?> items) {
		Decoded decoded = new Decoded(slice.items().json(), items);
		if (slice.firstIndex() > 0 || items.size() == 1 || decoded.size() > this.maxSize / 2) {
			return;
		}
		synchronized (this) {
			Decoded before = this.slices.put(new Key(structure, type, slice.generation()), decoded);
			this.size += decoded.size() - ((before != null) ? before.size() : 0);
			Iterator<Decoded> eldest = this.slices.values().iterator();
			while (this.size > this.maxSize) {
				this.size -= eldest.next().size();
				eldest.remove();
			}
		}
	}

	synchronized long size() {
		return this.size;
	}

}
