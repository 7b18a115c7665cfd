package io.github.appendonly.state;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import io.github.appendonly.ConflictException;
import io.github.appendonly.Layer;

/**
 * An archive at one moment. A state never changes: the addition of a layer returns a new
 * state.
 *
 * @param <T> the type of the items
 * @param newestFirst the layers, newest first; generations may be skipped
 */
public record ArchiveState<T>(List<Layer<T>> newestFirst) {

	/**
	 * Checks and copies the layers.
	 * @throws IllegalArgumentException if the generations do not descend
	 */
	public ArchiveState {
		newestFirst = List.copyOf(newestFirst);
		Layers.requireDescending(newestFirst);
	}

	/**
	 * Returns the state of an archive without layers.
	 * @param <T> the type of the items
	 * @return the empty state
	 */
	public static <T> ArchiveState<T> empty() {
		return new ArchiveState<>(List.of());
	}

	/**
	 * Returns the generation of the newest layer.
	 * @return the generation, or nothing if there are no layers
	 */
	public OptionalLong newestGeneration() {
		return this.newestFirst.isEmpty() ? OptionalLong.empty()
				: OptionalLong.of(this.newestFirst.get(0).generation());
	}

	/**
	 * Adds a layer that is newer than all other layers.
	 * @param layer the layer
	 * @return the state with the layer
	 * @throws IllegalArgumentException if there is a layer of this generation or of a
	 * newer one
	 */
	public ArchiveState<T> addLayer(Layer<? extends T> layer) {
		OptionalLong newest = newestGeneration();
		if (newest.isPresent() && layer.generation() <= newest.getAsLong()) {
			throw new IllegalArgumentException("Cannot add generation " + layer.generation()
					+ " to an archive whose newest is " + newest.getAsLong() + ": layers are added in ascending order");
		}
		List<Layer<T>> layers = new ArrayList<>(this.newestFirst.size() + 1);
		layers.add(Layer.copyOf(layer));
		layers.addAll(this.newestFirst);
		return new ArchiveState<>(layers);
	}

	/**
	 * Merges two changes of one original state. If both sides have the same newest
	 * generation, the committed state is kept, whatever the attempted state contains.
	 * @param <T> the type of the items
	 * @param original the state that both changes started from; it has no influence
	 * @param committed the change that came first
	 * @param attempted the change to merge into it
	 * @return the committed state
	 * @throws ConflictException if the newest generations differ
	 */
	public static <T> ArchiveState<T> resolve(ArchiveState<T> original, ArchiveState<T> committed,
			ArchiveState<T> attempted) {
		if (!committed.newestGeneration().equals(attempted.newestGeneration())) {
			throw new ConflictException("Different layers were added to the archive concurrently: committed "
					+ newestOf(committed) + ", attempted " + newestOf(attempted));
		}
		return committed;
	}

	private static String newestOf(ArchiveState<?> state) {
		OptionalLong newest = state.newestGeneration();
		return newest.isPresent() ? "generation " + newest.getAsLong() : "none";
	}

}
