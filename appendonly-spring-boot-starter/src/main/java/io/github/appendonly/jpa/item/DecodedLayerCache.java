package io.github.appendonly.jpa.item;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

import io.github.appendonly.Entry;

/**
 * Keeps the decoded items of slices for other readers. It is only for items that cannot
 * be changed.
 * <p>
 * The cache has a maximum size. The slices that were read least recently are evicted
 * first.
 * <p>
 * All methods may be called by many threads at once.
 */
public final class DecodedLayerCache {

	/*
	 * Each text has a stamp of its own. A read names the stamps of the slices that are
	 * known near what it asks for, and the database leaves out their texts. So nothing in
	 * the cache can be stale, whatever happens to the structure: a text that changed has
	 * another stamp.
	 *
	 * Slices of the newest layer come and go: they are joined when it is sealed. What a
	 * read names and does not find where it should be is forgotten. Otherwise the stamps
	 * of a structure that was dropped would be named for ever.
	 */

	/** In bytes, roughly. */
	private static final long MAX_SIZE = 8L << 20;

	/** The memory that an item takes besides its text, and a slice besides its items. */
	private static final int OVERHEAD = 128;

	/** The maximum number of stamps that a read names. */
	private static final int MAX_NAMED = 64;

	/**
	 * One structure may have handles with different types.
	 */
	private record Structure(String name, Type type) {
	}

	/**
	 * A slice whose items are known.
	 *
	 * @param structure the structure that has the slice
	 * @param start the cut before its first item
	 * @param stamp the stamp of its text
	 * @param entries its entries
	 * @param size the memory that it takes
	 */
	record Decoded(Structure structure, Cut start, long stamp, List<Entry<Object>> entries, long size) {

		Cut end() {
			return new Cut(this.start.generation(), this.start.index() + this.entries.size());
		}

	}

	/** Keeps nothing. */
	public static final DecodedLayerCache NONE = new DecodedLayerCache(0);

	private final long maxSize;

	private final Map<Long, Decoded> byStamp = new LinkedHashMap<>(16, 0.75f, true);

	private final Map<Structure, NavigableMap<Cut, Decoded>> byStructure = new HashMap<>();

	private long size;

	public DecodedLayerCache() {
		this(MAX_SIZE);
	}

	DecodedLayerCache(long maxSize) {
		this.maxSize = maxSize;
	}

	/**
	 * Returns known slices of a structure, the nearest ones to a cut.
	 * @param structure the structure
	 * @param type the type that its items are read as
	 * @param cut the cut
	 * @param limit the maximum number of slices
	 * @param newestFirst whether to return slices that begin before the cut; otherwise
	 * those that begin after it, and the one that it is in
	 */
	DecodedSlices near(String structure, Type type, Cut cut, int limit, boolean newestFirst) {
		if (this.maxSize == 0) {
			return DecodedSlices.NONE;
		}
		Map<Long, Decoded> near = new LinkedHashMap<>();
		synchronized (this) {
			NavigableMap<Cut, Decoded> slices = this.byStructure.get(new Structure(structure, type));
			if (slices == null) {
				return DecodedSlices.NONE;
			}
			NavigableMap<Cut, Decoded> side;
			if (newestFirst) {
				side = slices.headMap(cut, false).descendingMap();
			}
			else {
				Map.Entry<Cut, Decoded> before = slices.lowerEntry(cut);
				boolean within = before != null && before.getValue().end().compareTo(cut) > 0;
				side = slices.tailMap((before != null && within) ? before.getKey() : cut, true);
			}
			Iterator<Decoded> nearest = side.values().iterator();
			while (nearest.hasNext() && near.size() < Math.min(limit, MAX_NAMED)) {
				Decoded slice = nearest.next();
				near.put(slice.stamp(), slice);
			}
		}
		return near.isEmpty() ? DecodedSlices.NONE : new DecodedSlices(this, near, newestFirst);
	}

	/**
	 * Keeps the slices that were found, and forgets those that should have been found.
	 */
	synchronized void found(Map<Long, Decoded> named, List<StoredSlice> found, boolean all, boolean newestFirst) {
		Set<Long> used = new HashSet<>();
		for (StoredSlice slice : found) {
			if (slice.decoded() != null && slice.stamp() != null) {
				this.byStamp.computeIfPresent(slice.stamp(), (stamp, kept) -> kept); // is
																						// the
																						// most
																						// recent
																						// now
				used.add(slice.stamp());
			}
		}
		if (used.size() == named.size()) {
			return;
		}
		Cut last = found.isEmpty() ? null : Cut.before(found.get(found.size() - 1));
		for (Decoded slice : named.values()) {
			int order = (last != null) ? slice.start().compareTo(last) : 0;
			boolean passed = all || (last != null && (newestFirst ? order >= 0 : order <= 0));
			if (passed && !used.contains(slice.stamp())) {
				remove(slice);
			}
		}
	}

	/**
	 * Keeps the items of a slice. Those of one item are not worth it: they do not last,
	 * and many feeds have nothing else.
	 * @param structure the structure that has the slice
	 * @param type the type that its items are read as
	 * @param slice the slice, with its text
	 * @param entries its entries
	 */
	void put(String structure, Type type, StoredSlice slice, List<Entry<Object>> entries) {
		long bytes = slice.items().json().length() + (entries.size() + 2L) * OVERHEAD;
		if (slice.stamp() == null || slice.length() == 1 || bytes > this.maxSize / 2) {
			return;
		}
		Decoded decoded = new Decoded(new Structure(structure, type), Cut.before(slice), slice.stamp(), entries, bytes);
		synchronized (this) {
			NavigableMap<Cut, Decoded> slices = this.byStructure.computeIfAbsent(decoded.structure(),
					(key) -> new TreeMap<>());
			new ArrayList<>(slices.subMap(Cut.before(slice), true, Cut.after(slice), false).values())
				.forEach(this::remove);
			Decoded other = this.byStamp.get(decoded.stamp());
			if (other != null) {
				remove(other);
			}
			this.byStructure.computeIfAbsent(decoded.structure(), (key) -> new TreeMap<>())
				.put(decoded.start(), decoded);
			this.byStamp.put(decoded.stamp(), decoded);
			this.size += bytes;
			while (this.size > this.maxSize) {
				remove(this.byStamp.values().iterator().next());
			}
		}
	}

	private void remove(Decoded slice) {
		if (!this.byStamp.remove(slice.stamp(), slice)) {
			return;
		}
		NavigableMap<Cut, Decoded> slices = Objects.requireNonNull(this.byStructure.get(slice.structure()));
		slices.remove(slice.start());
		if (slices.isEmpty()) {
			this.byStructure.remove(slice.structure());
		}
		this.size -= slice.size();
	}

	synchronized long size() {
		return this.size;
	}

}
