package io.github.appendonly.jpa;

import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongBiFunction;
import java.util.function.UnaryOperator;

import io.github.appendonly.Archive;
import io.github.appendonly.Erasure;
import io.github.appendonly.Layer;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.erasure.Eraser;
import io.github.appendonly.jpa.erasure.ParkedItems;
import io.github.appendonly.jpa.erasure.ParkedStacks;
import io.github.appendonly.jpa.erasure.Replacement;
import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.DecodedSlices;
import io.github.appendonly.jpa.item.Items;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.item.StoredSlice;
import io.github.appendonly.jpa.table.ArchiveTable;
import io.github.appendonly.jpa.table.StackTable;
import io.github.appendonly.jpa.transaction.Transactions;
import io.github.appendonly.state.ExpiryMark;
import org.jspecify.annotations.Nullable;

/**
 * A handle on an archive in the database.
 *
 * @param <T> the type of the items
 */
final class JpaArchive<T> extends PagedEntries<T> implements Archive<T>, PageSource {

	private final String name;

	private final Items<T> items;

	private final Transactions transactions;

	private final ArchiveTable table;

	private final StackTable stacks;

	private final PageChecks checks;

	private final ParkedStacks parked;

	JpaArchive(String name, Items<T> items, Engine engine, ParkedStacks parked) {
		super(items, new Eraser<>(items, engine.tables().layersOfArchive(name), engine.transactions()));
		this.name = name;
		this.parked = parked;
		this.items = items;
		this.transactions = engine.transactions();
		this.table = engine.tables().archives();
		this.stacks = engine.tables().stacks();
		this.checks = new PageChecks(engine.tables());
	}

	@Override
	public void addLayer(Layer<? extends T> layer) {
		JsonArray array = this.items.write(layer);
		this.transactions.inCallersOrOwn(toString(), () -> add(layer.generation(), array));
	}

	private ArchiveTable.End add(long generation, JsonArray array) {
		return this.table.add(this.name, this.table.end(this.name), generation, array, null);
	}

	@Override
	PageSource open() {
		return this;
	}

	@Override
	public int slicesFor(int items) {
		return Math.min(64, items / StackBounds.DEFAULT_MAX_LENGTH + 1);
	}

	@Override
	public PageSource.Page before(Cut cut, int limit, int items) {
		return upTo((cut.index() > 0) ? cut.generation() : cut.generation() - 1, limit);
	}

	private PageSource.Page upTo(long newest, int limit) {
		List<ArchiveTable.Linked> layers = readable((known) -> this.table.upTo(this.name, newest, limit, known),
				this.items.known(new Cut(newest, Integer.MAX_VALUE), limit, true));
		PageChecks.Checked checked = this.checks.newestFirst(this.name, layers, newest);
		return new PageSource.Page(checked.slices(), false, false, checked.damage(), layers.size() == limit);
	}

	@Override
	public PageSource.Page after(Cut cut, int limit, int items) {
		List<ArchiveTable.Linked> layers = readable((known) -> this.table.from(this.name, cut, limit, known),
				this.items.known(cut, limit, false));
		PageChecks.Checked checked = this.checks.oldestFirst(this.name, layers, cut);
		if (layers.isEmpty()) {
			return atEnd(cut);
		}
		boolean expired = !checked.slices().isEmpty() && layers.get(0).isExpired(cut);
		return new PageSource.Page(checked.slices(), expired, false, checked.damage(), layers.size() == limit);
	}

	/**
	 * Returns a page without layers. If all layers have expired, the stack knows where
	 * they ended.
	 */
	private PageSource.Page atEnd(Cut cut) {
		Cut end = this.table.end(this.name).cut();
		Position lastGone = end.equals(Cut.OLDEST) ? lastOfStack() : null;
		if (lastGone == null) {
			return new PageSource.Page(List.of(), false, cut.compareTo(end) > 0, null, false);
		}
		int behind = cut.compareTo(Cut.after(lastGone));
		return new PageSource.Page(List.of(), behind < 0, behind > 0, null, false, lastGone);
	}

	private @Nullable Position lastOfStack() {
		return this.stacks.head(this.name)
			.flatMap((head) -> new ExpiryMark(head.oldestGeneration() - 1, head.prunedLength()).newest())
			.orElse(null);
	}

	/**
	 * Reads layers, and reads them again if another layer has the stamp of a known one.
	 */
	private static List<ArchiveTable.Linked> readable(Function<DecodedSlices, List<ArchiveTable.Linked>> query,
			DecodedSlices known) {
		List<ArchiveTable.Linked> layers = query.apply(known);
		return layers.stream().allMatch((layer) -> layer.slice().isReadable()) ? layers
				: query.apply(DecodedSlices.NONE);
	}

	@Override
	public int erase(Collection<Position> positions) {
		int erased = super.erase(positions);
		if (!positions.isEmpty()) {
			changeParked((parked, stack) -> parked.erase(stack, this.items.type(), positions));
		}
		return erased;
	}

	@Override
	public Erasure eraseIf(Predicate<? super T> condition, Erasure from, Consumer<? super Erasure> progress) {
		Erasure erased = super.eraseIf(condition, from, progress);
		changeParked((parked, stack) -> parked.<T>eraseIf(stack, this.items.type(), condition));
		return erased;
	}

	@Override
	public boolean replace(Position position, UnaryOperator<T> change) {
		Optional<T> replaced = replaced(position, change);
		if (replaced.isPresent() && this.parked.isArchiveOfStack(this.name)) {
			this.parked.replace(this.name, this.items.type(), position, new Replacement<>(replaced, change));
		}
		return replaced.isPresent();
	}

	private void changeParked(ToLongBiFunction<ParkedItems, String> change) {
		if (this.parked.isArchiveOfStack(this.name)) {
			this.parked.change(this.name, change);
		}
	}

	@Override
	public Iterable<Layer<T>> layers() {
		return () -> new Iterator<>() {

			private long below = Long.MAX_VALUE;

			private Iterator<StoredSlice> page = List.<StoredSlice>of().iterator();

			@Override
			public boolean hasNext() {
				if (!this.page.hasNext()) {
					PageSource.Page read = upTo(this.below - 1, 4);
					if (read.slices().isEmpty()) {
						requireSound(read);
					}
					this.page = read.slices().iterator();
				}
				return this.page.hasNext();
			}

			@Override
			public Layer<T> next() {
				if (!hasNext()) {
					throw new NoSuchElementException();
				}
				StoredSlice slice = this.page.next();
				this.below = slice.generation();
				return readable(slice);
			}

		};
	}

	@Override
	public Optional<Layer<T>> layer(long generation) {
		PageSource.Page page = upTo(generation, 1);
		requireSound(page);
		return page.slices()
			.stream()
			.filter((slice) -> slice.generation() == generation)
			.map(this::readable)
			.findFirst();
	}

	private Layer<T> readable(StoredSlice slice) {
		Layer<T> layer = this.items.layer(slice);
		layer.unreadable().stream().findFirst().ifPresent((first) -> {
			throw this.items.failure(first);
		});
		return layer;
	}

	@Override
	public OptionalLong newestGeneration() {
		ArchiveTable.End end = this.table.end(this.name);
		return (end.layerCount() > 0) ? OptionalLong.of(end.generation()) : OptionalLong.empty();
	}

	@Override
	public long layerCount() {
		return this.table.layerCount(this.name);
	}

	@Override
	long itemsAfter(Cut cut, int atMost) {
		return this.table.itemsAfter(this.name, cut);
	}

	@Override
	public long size() {
		return this.table.itemCount(this.name);
	}

	/**
	 * Handles on one archive with items of one type read the same.
	 */
	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof JpaArchive<?> archive && archive.table == this.table && archive.name.equals(this.name)
				&& archive.items.type().equals(this.items.type());
	}

	@Override
	public int hashCode() {
		return this.name.hashCode();
	}

	@Override
	public String toString() {
		return this.items.structure();
	}

}
