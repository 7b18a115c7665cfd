package io.github.appendonly.jpa;

import java.util.List;

import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.Slice;

/**
 * Where the pages of one read come from.
 */
interface PageSource {

	/**
	 * Slices from a place on.
	 *
	 * @param slices the slices, oldest first; the first one may begin before the place
	 * @param expired whether items behind the place are not kept any more
	 */
	record Page(List<Slice> slices, boolean expired) {
	}

	/**
	 * The number of slices to begin with. The sizes of later pages follow from the slices
	 * that were read.
	 * @param items the number of items that are wanted
	 * @return the number of slices
	 */
	int slicesFor(int items);

	/**
	 * Reads slices with items before a place.
	 * @param cut the place
	 * @param limit the number of slices to read at most
	 * @return the slices, newest first; the first one may reach beyond the place
	 */
	List<Slice> before(Cut cut, int limit);

	/**
	 * Reads slices with items behind a place.
	 * @param cut the place
	 * @param limit the number of slices to read at most
	 * @return the slices
	 */
	Page behind(Cut cut, int limit);

}
