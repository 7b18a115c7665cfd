package io.github.appendonly.jpa.item;

import java.lang.reflect.Type;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Items of stacks' slices as they were read the last time, to be given to other readers
 * (an archive may be long, and is rarely read twice). For items that nobody can change,
 * and up to a limit, beyond which what was asked for least recently goes.
 */
public final class DecodedLayerCache {

	/*
	 * Reading a sealed layer takes longer in the parser than on its way from the
	 * database. The text comes from the database all the same: only if it is what was
	 * read before, which takes next to no time to compare, the items are the same. So
	 * nothing here can be out of date, whatever becomes of the stack.
	 */

	/** In characters of text; the items may take a multiple of it. */
	private static final long MAX_SIZE = 4L << 20;

	/**
	 * Where a slice is. Of one structure there may be handles with different types.
	 */
	private record Place(String structure, Type type, long generation) {
	}

	private record Decoded(String json, List<?> items) {

		int size() {
			return this.json.length();
		}

	}

	/** Remembers nothing. */
	public static final DecodedLayerCache NONE = new DecodedLayerCache(0);

	private final long maxSize;

	private final Map<Place, Decoded> slices = new LinkedHashMap<>(16, 0.75f, true);

	private long size;

	public DecodedLayerCache() {
		this(MAX_SIZE);
	}

	DecodedLayerCache(long maxSize) {
		this.maxSize = maxSize;
	}

	/**
	 * The items of a slice, if its text is what it was the last time.
	 * @param structure what holds the slice
	 * @param type what its items are read as
	 * @param slice the slice
	 */
	Optional<List<?>> get(String structure, Type type, Slice slice) {
		if (this.maxSize == 0) {
			return Optional.empty();
		}
		Decoded decoded;
		synchronized (this) {
			decoded = this.slices.get(new Place(structure, type, slice.generation()));
		}
		return Optional.ofNullable(decoded)
			.filter((known) -> known.json().equals(slice.items().json()))
			.map(Decoded::items);
	}

	/**
	 * Remembers the items of a slice. Only whole layers are worth it: other slices do not
	 * last.
	 * @param structure what holds the slice
	 * @param type what its items are read as
	 * @param slice the slice
	 * @param items its items
	 */
	void put(String structure, Type type, Slice slice, List<?> items) {
		Decoded decoded = new Decoded(slice.items().json(), items);
		if (slice.firstIndex() > 0 || items.size() == 1 || decoded.size() > this.maxSize / 2) {
			return;
		}
		synchronized (this) {
			Decoded before = this.slices.put(new Place(structure, type, slice.generation()), decoded);
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
