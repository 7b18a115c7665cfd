package io.github.appendonly;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Items that can be erased one by one, for example because a person asks for it. Nothing
 * of an erased item is kept but its position: it is {@link Gone gone} for the reason
 * {@link Gone.Reason#ERASED}. No other item moves, and all sizes stay.
 * <p>
 * What was read before stays where it was read to: in lists that were returned, and with
 * followers that have been handed the item, or are about to be.
 * <p>
 * Each implementation defines how an erasure takes part in a transaction, and which other
 * copies of the item it erases.
 *
 * @param <T> the type of the items
 */
public interface Erasable<T> extends Entries<T> {

	/**
	 * Erases the items at some positions, all of them or none. Where no item is, because
	 * it was pruned, has never been there, or is erased already, nothing happens. Items
	 * that cannot be read are erased too.
	 * @param positions the positions
	 * @return the number of items that this call has erased
	 */
	default int erase(Position... positions) {
		return erase(List.of(positions));
	}

	/**
	 * Erases the items at some positions, as {@link #erase(Position...)} does.
	 * @param positions the positions; a position may be there more than once
	 * @return the number of items that this call has erased
	 */
	int erase(Collection<Position> positions);

	/**
	 * Erases all items that meet a condition, from the newest to the oldest.
	 * @param condition the condition; {@link #eraseIf(Predicate, Erasure, Consumer)} says
	 * how it is called
	 * @return what was done
	 */
	default Erasure eraseIf(Predicate<? super T> condition) {
		return eraseIf(condition, Erasure.BEGIN, (progress) -> {
		});
	}

	/**
	 * Erases all items that meet a condition, from the newest to the oldest.
	 * <p>
	 * Items are read in portions of about a thousand. What a portion has of them is
	 * erased in one step, before the next portion is read. Items that are appended
	 * meanwhile are not read. Items that cannot be read are counted and stay.
	 * <p>
	 * If the condition or the progress throws an exception, this method ends with it.
	 * Except in a transaction of the caller, earlier portions stay erased. So a call can
	 * be stopped, and another one can go on from what was reported last.
	 * @param condition the condition, which is called on this thread; if an item changes
	 * at the same time, it is asked once more
	 * @param from where to begin: {@link Erasure#BEGIN}, what an earlier call has
	 * reported, or {@link Erasure#below(Position)}
	 * @param progress is told after each portion; the numbers of {@code from} are
	 * included
	 * @return what was done, which has also been reported
	 */
	Erasure eraseIf(Predicate<? super T> condition, Erasure from, Consumer<? super Erasure> progress);

	/**
	 * Replaces an item, for example by one that has less of a person's data. The position
	 * stays. Readers that have read the item before are not told.
	 * @param position the position of the item
	 * @param change returns the new item; if the item changes at the same time, it is
	 * called once more
	 * @return whether the item was replaced; not if no item is there
	 * @throws NullPointerException if the new item is null; {@link #erase(Position...)}
	 * leaves nothing
	 */
	boolean replace(Position position, UnaryOperator<T> change);

}
