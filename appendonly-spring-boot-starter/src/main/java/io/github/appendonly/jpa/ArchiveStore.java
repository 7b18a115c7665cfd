package io.github.appendonly.jpa;

import java.time.Instant;
import java.util.List;

import org.springframework.data.domain.Limit;

/**
 * Adds layers to archives, in the transaction of the calling thread.
 */
final class ArchiveStore {

	private final ArchivedLayerRepository layers;

	ArchiveStore(ArchivedLayerRepository layers) {
		this.layers = layers;
	}

	/**
	 * The newest end of an archive.
	 */
	ArchivedLayerRepository.End end(String archive) {
		return first(this.layers.newest(archive, Limit.of(1)));
	}

	/**
	 * The oldest layer of an archive that has not expired. Read it before {@link #end},
	 * to count what is between the two: the newest layer never expires.
	 */
	private ArchivedLayerRepository.End oldest(String archive) {
		return first(this.layers.oldest(archive, Limit.of(1)));
	}

	private static ArchivedLayerRepository.End first(List<ArchivedLayerRepository.End> ends) {
		return ends.isEmpty() ? ArchivedLayerRepository.End.NONE : ends.get(0);
	}

	/**
	 * How many layers an archive has.
	 */
	long layerCount(String archive) {
		ArchivedLayerRepository.End oldest = oldest(archive);
		return end(archive).layerCount() - Math.max(0, oldest.layerCount() - 1);
	}

	/**
	 * How many items an archive has.
	 */
	long itemCount(String archive) {
		ArchivedLayerRepository.End oldest = oldest(archive);
		return end(archive).itemCount() - (oldest.itemCount() - oldest.length());
	}

	/**
	 * Removes the oldest layers of an archive, up to the first one that was archived at a
	 * time or later; but never the newest, which those to come are linked to.
	 * @return the number of layers removed
	 */
	int expire(String archive, Instant before) {
		long newest = end(archive).generation();
		List<Long> since = this.layers.archivedSince(archive, before, Limit.of(1));
		return this.layers.deleteBefore(archive, since.isEmpty() ? newest : Math.min(newest, since.get(0)));
	}

	/**
	 * Adds a layer.
	 * @param archive the name of the archive
	 * @param end its newest end
	 * @param generation the generation of the layer
	 * @param items its items
	 * @return the new end
	 * @throws IllegalArgumentException if the layer is not newer
	 */
	ArchivedLayerRepository.End add(String archive, ArchivedLayerRepository.End end, long generation, ItemArray items) {
		ArchivedLayerRepository.End next = followed(archive, end, generation, items.length());
		this.layers.add(archive, end, next, items, Instant.now());
		return next;
	}

	/**
	 * Adds a layer that the stack of the same name keeps in one slice.
	 * @param archive the name of the archive and the stack
	 * @param end the newest end of the archive
	 * @param generation the generation of the layer
	 * @param length the number of its items
	 * @return the new end
	 * @throws IllegalArgumentException if the layer is not newer
	 */
	ArchivedLayerRepository.End addFromStack(String archive, ArchivedLayerRepository.End end, long generation,
			int length) {
		ArchivedLayerRepository.End next = followed(archive, end, generation, length);
		this.layers.addFromStack(archive, end, next, Instant.now());
		return next;
	}

	/**
	 * Removes all layers of an archive.
	 */
	void deleteAll(String archive) {
		this.layers.deleteAll(archive);
	}

	private static ArchivedLayerRepository.End followed(String archive, ArchivedLayerRepository.End end,
			long generation, int length) {
		requireNewer(archive, end, generation);
		return end.followedBy(generation, length);
	}

	/**
	 * Refuses a layer that is not newer than what is there.
	 * @param archive the name of the archive
	 * @param generation the generation of the layer
	 * @throws IllegalArgumentException if there is a layer of this or a newer generation
	 */
	void requireNewer(String archive, long generation) {
		requireNewer(archive, end(archive), generation);
	}

	private static void requireNewer(String archive, ArchivedLayerRepository.End end, long generation) {
		if (generation <= end.generation()) {
			throw new IllegalArgumentException("Cannot add generation " + generation + " to archive '" + archive
					+ "', whose newest is " + end.generation() + ": layers are added in ascending order");
		}
	}

}
