package io.github.appendonly.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

import io.github.appendonly.ConflictException;
import io.github.appendonly.Layer;
import io.github.appendonly.Position;

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
	 * Returns the same archive without some items.
	 * @param positions the positions of the items
	 * @return the state in which these items are erased
	 */
	public ArchiveState<T> erase(Collection<Position> positions) {
		return new ArchiveState<>(Layers.erased(this.newestFirst, positions));
	}

	/**
	 * Returns the same archive with another item at a position.
	 * @param position the position; nothing changes if no item is there
	 * @param item the new item
	 * @return the state with this item
	 */
	public ArchiveState<T> replace(Position position, T item) {
		return new ArchiveState<>(Layers.replaced(this.newestFirst, position, item));
	}

	/**
	 * Merges two changes of one original state. If both sides have the same newest
	 * generation, the committed state is kept, whatever the attempted state contains.
	 * Only what the attempted side has erased or replaced in the layers of the original
	 * is merged into it, as a stack does.
	 * @param <T> the type of the items
	 * @param original the state that both changes started from
	 * @param committed the change that came first
	 * @param attempted the change to merge into it
	 * @return the committed state, with these changes
	 * @throws ConflictException if the newest generations differ
	 */
	public static <T> ArchiveState<T> resolve(ArchiveState<T> original, ArchiveState<T> committed,
			ArchiveState<T> attempted) {
		if (!committed.newestGeneration().equals(attempted.newestGeneration())) {
			throw new ConflictException("Different layers were added to the archive concurrently: committed "
					+ newestOf(committed) + ", attempted " + newestOf(attempted));
		}
		List<Layer<T>> merged = Layers.merged(original.newestFirst, committed.newestFirst, attempted.newestFirst);
		return merged.equals(committed.newestFirst) ? committed : new ArchiveState<>(merged);
	}

	private static String newestOf(ArchiveState<?> state) {
		OptionalLong newest = state.newestGeneration();
		return newest.isPresent() ? "generation " + newest.getAsLong() : "none";
	}

}
