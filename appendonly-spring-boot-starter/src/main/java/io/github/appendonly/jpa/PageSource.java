package io.github.appendonly.jpa;

import java.util.List;

import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.Slice;

/**
 * Reads the slices of one read, page by page.
 */
interface PageSource {

	/**
	 * The slices after a cut.
	 *
	 * @param slices the slices, oldest first; the first one may begin before the cut
	 * @param expired whether items after the cut are no longer kept
	 * @param ahead whether the cut is beyond the newest item
	 */
	record Page(List<Slice> slices, boolean expired, boolean ahead) {
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
	 * @return the slices, newest first; the first one may end after the cut
	 */
	List<Slice> before(Cut cut, int limit);

	/**
	 * Reads slices with items after a cut.
	 * @param cut the cut
	 * @param limit the maximum number of slices
	 * @return the slices
	 */
	Page after(Cut cut, int limit);

}
