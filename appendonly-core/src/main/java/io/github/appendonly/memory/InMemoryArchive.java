package io.github.appendonly.memory;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import io.github.appendonly.Archive;
import io.github.appendonly.Entry;
import io.github.appendonly.Layer;
import io.github.appendonly.Position;
import io.github.appendonly.state.ArchiveState;
import io.github.appendonly.state.ExpiryMark;

/**
 * An archive on the heap. When {@link #addLayer(Layer)} returns, every reader sees the
 * layer. No caller ever waits.
 * <p>
 * Each addition copies the list of layers, but not their items. Layers never expire. A
 * cursor is reported as expired if the layers after its own were never added.
 *
 * @param <T> the type of the items
 */
public final class InMemoryArchive<T> extends LayeredEntries<T> implements Archive<T> {

	private final AtomicReference<ArchiveState<T>> current;

	/**
	 * Creates an archive without layers.
	 */
	public InMemoryArchive() {
		this(ArchiveState.empty());
	}

	/**
	 * Creates an archive that continues from a state.
	 * @param state the state
	 */
	public InMemoryArchive(ArchiveState<T> state) {
		this.current = new AtomicReference<>(Objects.requireNonNull(state, "state"));
	}

	/**
	 * Returns the current state.
	 * @return the state
	 */
	public ArchiveState<T> state() {
		return this.current.get();
	}

	@Override
	public void addLayer(Layer<? extends T> layer) {
		this.current.updateAndGet((state) -> state.addLayer(layer));
	}

	@Override
	Layered<T> erase(Function<Layered<T>, Collection<Position>> positions) {
		return moment(this.current.getAndUpdate((state) -> state.erase(positions.apply(moment(state)))));
	}

	@Override
	boolean replace(Entry<T> known, T item) {
		ArchiveState<T> before = this.current
			.getAndUpdate((state) -> moment(state).has(known) ? state.replace(known.position(), item) : state);
		return moment(before).has(known);
	}

	@Override
	public Iterable<Layer<T>> layers() {
		return () -> state().newestFirst().iterator();
	}

	@Override
	public Optional<Layer<T>> layer(long generation) {
		return layerIn(state().newestFirst(), generation);
	}

	@Override
	public OptionalLong newestGeneration() {
		return state().newestGeneration();
	}

	@Override
	public long layerCount() {
		return state().newestFirst().size();
	}

	@Override
	Layered<T> now() {
		return moment(state());
	}

	private static <T> Layered<T> moment(ArchiveState<T> state) {
		return new Moment<>(state.newestFirst());
	}

	/**
	 * The archive at one moment. Layers older than its oldest layer were never added.
	 */
	private record Moment<T>(List<Layer<T>> newestFirst) implements Layered<T> {

		@Override
		public ExpiryMark expiryMark() {
			return this.newestFirst.isEmpty() ? ExpiryMark.NONE
					: ExpiryMark.before(this.newestFirst.get(this.newestFirst.size() - 1).generation());
		}

	}

}
