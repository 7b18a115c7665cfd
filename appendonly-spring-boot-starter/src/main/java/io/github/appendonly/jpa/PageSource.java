package io.github.appendonly.jpa;

import java.util.List;

import io.github.appendonly.Damage;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.StoredSlice;
import org.jspecify.annotations.Nullable;

/**
 * Reads the slices of one read, page by page.
 */
interface PageSource {

	/**
	 * Slices that follow one another.
	 *
	 * @param slices the slices, in the order of the read; the first one may extend beyond
	 * the cut
	 * @param expired whether items after the cut are no longer kept
	 * @param ahead whether the cut is beyond the newest item
	 * @param damage what follows the slices instead of the next one, if anything
	 * @param more whether more slices may follow
	 * @param lastGone the position before the oldest item that is kept, if the cut has
	 * expired and that is known
	 */
	record Page(List<StoredSlice> slices, boolean expired, boolean ahead, @Nullable Damage damage, boolean more,
			@Nullable Position lastGone) {

		Page(List<StoredSlice> slices, boolean expired, boolean ahead, @Nullable Damage damage, boolean more) {
			this(slices, expired, ahead, damage, more, null);
		}

	}

	/**
	 * Returns the number of slices for the first page. Later pages are sized by the
	 * slices that were read.
	 * @param items the number of items that are wanted
	 * @return the number of slices
	 */
	int slicesFor(int items);

	/**
	 * Reads slices with items before a cut.
	 * @param cut the cut
	 * @param limit the maximum number of slices
	 * @param items the number of items that are wanted; a page may end with the slice
	 * that has the last of them
	 * @return the slices, newest first; the first one may end after the cut
	 */
	Page before(Cut cut, int limit, int items);

	/**
	 * Reads slices with items after a cut.
	 * @param cut the cut
	 * @param limit the maximum number of slices
	 * @param items the number of items that are wanted; a page may end with the slice
	 * that has the last of them
	 * @return the slices, oldest first; the first one may begin before the cut
	 */
	Page after(Cut cut, int limit, int items);

}
