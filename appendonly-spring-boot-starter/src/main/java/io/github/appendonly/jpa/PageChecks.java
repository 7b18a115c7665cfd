package io.github.appendonly.jpa;

import java.util.List;

import io.github.appendonly.Damage;
import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.StoredSlice;
import io.github.appendonly.jpa.table.ArchiveTable;
import io.github.appendonly.jpa.table.ArchiveTable.Linked;
import io.github.appendonly.jpa.table.SlicePages.Seen;
import io.github.appendonly.jpa.table.SliceTable;
import io.github.appendonly.jpa.table.StructureTables;
import org.jspecify.annotations.Nullable;

/**
 * Checks pages of slices, without any statement. Positions have no gaps. So slices follow
 * one another, and the first and the last one fit the stack's row, which the same
 * statement has read. Archived layers are linked.
 */
final class PageChecks {

	/*
	 * The length of a layer is only known of the newest one, and of those that are
	 * archived. So a stack cannot tell if the last slices of an older layer are missing.
	 * Such a layer has more than one slice only if a lower bound has ended it before it
	 * was full.
	 */

	/**
	 * A page, up to the first damage.
	 *
	 * @param slices the slices that are as they should be, in the order of the read
	 * @param damage what is wrong after them, if anything
	 * @param other the slice that follows instead of the next one, if there is one
	 */
	record Checked(List<StoredSlice> slices, @Nullable Damage damage, @Nullable StoredSlice other) {

		Checked(List<StoredSlice> slices, @Nullable Damage damage) {
			this(slices, damage, null);
		}

	}

	private final SliceTable slices;

	private final ArchiveTable archives;

	PageChecks(StructureTables tables) {
		this.slices = tables.slices();
		this.archives = tables.archives();
	}

	/**
	 * Checks the slices of a stack before a cut.
	 * @param seen the stack, with the slices newest first
	 * @param limit the maximum number of slices
	 * @param items the number of items that were wanted
	 */
	Checked newestFirst(String stack, Seen seen, Cut cut, int limit, int items) {
		List<StoredSlice> slices = seen.slices();
		Cut oldest = new Cut(seen.oldestGeneration(), 0);
		boolean fromEnd = cut.compareTo(seen.end()) >= 0;
		Cut at = fromEnd ? seen.end() : cut;
		for (int i = 0; i < slices.size(); i++) {
			StoredSlice slice = slices.get(i);
			boolean exact = i > 0 || fromEnd || at.generation() == seen.newestGeneration();
			if (at.compareTo(oldest) <= 0 || !endsAt(slice, at, fromEnd || i > 0, exact)) {
				return new Checked(without(slices.subList(0, i), slice), before(stack, at, oldest, slice), slice);
			}
			at = Cut.before(slice);
		}
		Cut last = new Cut(Math.max(seen.oldestOfPage(cut, items), seen.oldestGeneration()), 0);
		boolean missing = slices.size() < limit && at.compareTo(last) > 0;
		return new Checked(slices, missing ? before(stack, at, oldest, null) : null);
	}

	/**
	 * Returns whether a slice is the one before a cut.
	 * @param whole whether no item of the slice is after the cut
	 * @param exact whether the slice reaches the cut; a cut of a user may be beyond the
	 * end of its layer
	 */
	private static boolean endsAt(StoredSlice slice, Cut at, boolean whole, boolean exact) {
		if (at.index() == 0) {
			return slice.generation() == at.generation() - 1;
		}
		return slice.generation() == at.generation() && (!whole || slice.end() <= at.index())
				&& (!exact || slice.end() >= at.index());
	}

	private Damage before(String stack, Cut at, Cut oldest, @Nullable StoredSlice found) {
		if (at.compareTo(oldest) <= 0) {
			return this.slices.damage(stack, at.generation(), "no older slices", describe(found));
		}
		return (at.index() > 0)
				? this.slices.damage(stack, at.generation(), "items up to index " + (at.index() - 1), describe(found))
				: this.slices.damage(stack, at.generation() - 1, "the items of this layer", describe(found));
	}

	/**
	 * Checks the slices of a stack after a cut.
	 * @param seen the stack, with the slices oldest first
	 * @param limit the maximum number of slices
	 * @param items the number of items that were wanted
	 */
	Checked oldestFirst(String stack, Seen seen, Cut cut, int limit, int items) {
		List<StoredSlice> slices = seen.slices();
		Cut oldest = new Cut(seen.oldestGeneration(), 0);
		boolean fromOldest = cut.compareTo(oldest) <= 0;
		Cut at = fromOldest ? oldest : cut;
		for (int i = 0; i < slices.size(); i++) {
			StoredSlice slice = slices.get(i);
			boolean mayBeginLayer = at.index() > 0 && at.generation() < seen.newestGeneration()
					&& (i > 0 || seen.layerOfCutStored());
			if (at.compareTo(seen.end()) >= 0 || !beginsAt(slice, at, fromOldest || i > 0, mayBeginLayer)) {
				return new Checked(without(slices.subList(0, i), slice), after(stack, at, seen.end(), slice), slice);
			}
			at = Cut.after(slice);
		}
		boolean missing = slices.size() < limit && at.compareTo(seen.end()) < 0
				&& (at.generation() < seen.newestOfPage(cut, items) || at.generation() == seen.newestGeneration());
		return new Checked(slices, missing ? after(stack, at, seen.end(), null) : null);
	}

	/**
	 * Returns whether a slice is the one after a cut.
	 * @param whole whether no item of the slice is before the cut
	 * @param mayBeginLayer whether the cut may be at the end of its layer
	 */
	private static boolean beginsAt(StoredSlice slice, Cut at, boolean whole, boolean mayBeginLayer) {
		if (slice.generation() == at.generation()) {
			return whole ? slice.firstIndex() == at.index() : slice.firstIndex() <= at.index();
		}
		return mayBeginLayer && slice.generation() == at.generation() + 1 && slice.firstIndex() == 0;
	}

	private Damage after(String stack, Cut at, Cut end, @Nullable StoredSlice found) {
		return this.slices.damage(
				stack, at.generation(), (at.compareTo(end) < 0)
						? "a slice with the item of index " + at.index() + ", or the next layer" : "no newer slices",
				describe(found));
	}

	/**
	 * Leaves out the slices that overlap with another one: nobody knows which is right.
	 */
	private static List<StoredSlice> without(List<StoredSlice> slices, StoredSlice other) {
		int sound = slices.size();
		while (sound > 0 && overlap(slices.get(sound - 1), other)) {
			sound--;
		}
		return slices.subList(0, sound);
	}

	private static boolean overlap(StoredSlice one, StoredSlice other) {
		return one.generation() == other.generation() && one.firstIndex() < other.end()
				&& other.firstIndex() < one.end();
	}

	private static String describe(@Nullable StoredSlice found) {
		return (found != null) ? "generation " + found.generation() + ", first_index " + found.firstIndex()
				+ ", length " + found.length() : "nothing";
	}

	/**
	 * Checks layers of an archive.
	 * @param layers the layers, newest first; the {@code other} generation of the first
	 * one is that which the next newer layer follows
	 * @param newest the generation from which the layers were read
	 */
	Checked newestFirst(String archive, List<Linked> layers, long newest) {
		List<StoredSlice> slices = layers.stream().map(Linked::slice).toList();
		for (int i = 0; i < layers.size(); i++) {
			Linked newer = (i > 0) ? layers.get(i - 1) : null;
			StoredSlice slice = slices.get(i);
			Long expected = (newer != null) ? (Long) newer.previousGeneration() : layers.get(0).other();
			if (expected != null && expected <= newest
					&& (slice.generation() != expected || (newer != null && !newer.follows(slice)))) {
				return new Checked(slices.subList(0, i),
						this.archives.damage(archive, expected,
								(newer != null)
										? "the layer of this generation, with " + newer.previousLength() + " items"
										: "the layer of this generation",
								describe(slice)));
			}
		}
		return new Checked(slices, null);
	}

	/**
	 * Checks layers of an archive after a cut.
	 * @param layers the layers, oldest first; the {@code other} generation is that of the
	 * oldest layer that is kept
	 */
	Checked oldestFirst(String archive, List<Linked> layers, Cut cut) {
		List<StoredSlice> slices = layers.stream().map(Linked::slice).toList();
		for (int i = 0; i < layers.size(); i++) {
			Linked layer = layers.get(i);
			boolean linked = (i > 0) ? layer.follows(slices.get(i - 1)) : !layer.isExpired(cut) || layer.isOldest();
			if (!linked) {
				return new Checked(slices.subList(0, i),
						this.archives.damage(archive, layer.previousGeneration(),
								"the layer of this generation, with " + layer.previousLength() + " items",
								describe((i > 0) ? slices.get(i - 1) : layer.slice())));
			}
		}
		return new Checked(slices, null);
	}

}
