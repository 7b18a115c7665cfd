package io.github.appendonly.jpa.item;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Slices of one structure whose items are known, by their stamps. A read does not need
 * their texts.
 */
public final class DecodedSlices {

	/** No slices. */
	public static final DecodedSlices NONE = new DecodedSlices(DecodedLayerCache.NONE, Map.of(), true);

	private final DecodedLayerCache cache;

	private final Map<Long, DecodedLayerCache.Decoded> slices;

	private final boolean newestFirst;

	DecodedSlices(DecodedLayerCache cache, Map<Long, DecodedLayerCache.Decoded> slices, boolean newestFirst) {
		this.cache = cache;
		this.slices = slices;
		this.newestFirst = newestFirst;
	}

	public boolean isEmpty() {
		return this.slices.isEmpty();
	}

	/**
	 * Returns the stamps of the slices.
	 */
	public Long[] stamps() {
		return this.slices.keySet().toArray(Long[]::new);
	}

	/**
	 * Returns a slice that a statement has found.
	 * @param json the text; null if the statement has left it out
	 */
	public StoredSlice slice(long generation, int firstIndex, int length, long stamp, @Nullable String json) {
		DecodedLayerCache.Decoded known = this.slices.get(stamp);
		boolean same = known != null && known.start().equals(new Cut(generation, firstIndex))
				&& known.entries().size() == length;
		return (known != null && same) ? new StoredSlice(generation, firstIndex, length, stamp, null, known.entries())
				: new StoredSlice(generation, firstIndex, length, stamp, json, null);
	}

	/**
	 * Tells what a read has found. Slices that it would have found if they still existed
	 * are forgotten.
	 * @param found the slices, in the order of the read
	 * @param all whether there are no more slices in the direction of the read
	 */
	public void found(List<StoredSlice> found, boolean all) {
		if (!this.slices.isEmpty()) {
			this.cache.found(this.slices, found, all, this.newestFirst);
		}
	}

}
