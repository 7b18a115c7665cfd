package io.github.appendonly;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * A bounded stack of layers that many callers push onto at once and that is read from the
 * newest item to the oldest. Each item gets a final {@link Position}. Positions have no
 * gaps and follow the order in which items become visible, so "everything newer than the
 * last position I know" is exact.
 * <p>
 * A push never fails because of another push.
 * <p>
 * An item goes into the newest layer until that layer holds
 * {@link StackBounds#maxLength()} items. The next item opens a layer of the next
 * generation. If the stack then has more than {@link StackBounds#maxLayers()} layers, the
 * oldest layers are pruned: they are handed to the {@link Pruner} and dropped.
 * <p>
 * Each implementation defines how a push takes part in a transaction, and what a read
 * inside a transaction sees. Stacks on the heap have no transactions.
 * <p>
 * All methods may be called by many threads at once. Items must not be null.
 *
 * @param <T> the type of the items
 */
public interface AppendStack<T> extends Erasable<T>, Followable<T>, Pushes<T> {

	/**
	 * Pushes an item.
	 * @param item the item
	 * @throws NullPointerException if the item is null
	 */
	@Override
	void push(T item);

	/**
	 * Pushes an item. The layers that this push prunes go to the given pruner instead of
	 * the pruner of the stack.
	 * <p>
	 * If the stack has a built-in archive, the archive gets these layers too.
	 * @param item the item
	 * @param pruner takes the layers that are dropped; if it throws an exception, this
	 * push fails with that exception and the stack does not change
	 * @throws NullPointerException if the item or the pruner is null
	 */
	void push(T item, Pruner<? super T> pruner);

	/**
	 * Pushes an item, unless an item with the same key is on the stack. So a push whose
	 * outcome the caller does not know can be repeated, for example after an
	 * {@link UncertainCommitException}, or because a request came twice.
	 * <p>
	 * The key is remembered until the layer of its item is pruned, unless the
	 * implementation is told to remember keys for a time. A push that fails, or whose
	 * transaction rolls back, leaves the key free.
	 * <p>
	 * If another push with the same key is in progress, this one waits for its outcome.
	 * It waits for nothing else that a push without a key would not wait for.
	 * @param item the item
	 * @param key the key: 1 to 200 characters, not blank, without control characters;
	 * keys of different stacks have nothing to do with each other
	 * @return whether the item was stored, and the position of the item that has the key
	 * @throws IllegalArgumentException if the key is not valid; nothing is stored
	 * @throws NullPointerException if the item or the key is null
	 */
	Pushed push(T item, String key);

	/**
	 * Pushes all items at consecutive positions, or none of them.
	 * @param items the items, oldest first; nothing happens if there are none
	 * @throws NullPointerException if an item is null
	 */
	@Override
	void pushAll(List<? extends T> items);

	/**
	 * Pushes an item without waiting for it. The push never joins a transaction.
	 * <p>
	 * Where the implementation groups commits, items that one thread pushes this way are
	 * placed in their order. Otherwise the order is kept only if the thread waits for
	 * each push before it starts the next. The same is true of a push in a transaction
	 * that follows: it is placed after this one for certain only if the thread has waited
	 * for this one.
	 * @param item the item
	 * @return a future that completes with the position of the item once the item is
	 * placed for good, or with the failure; canceling the future does not cancel the
	 * push. An implementation may limit how many items wait: it refuses the others with a
	 * {@link java.util.concurrent.RejectedExecutionException}, and nothing is stored
	 * @throws NullPointerException if the item is null
	 */
	CompletableFuture<Position> pushAsync(T item);

	/**
	 * Returns pushes that stand alone: they never join the caller's transaction. Their
	 * items stay when that is rolled back, for example the audit of what was denied. As
	 * with a push outside transactions, an item is stored for good when the call returns,
	 * and the call fails if it is not.
	 * <p>
	 * Such a push takes its place before the items of the caller's transaction that are
	 * not placed yet. It may be made in a read-only transaction too.
	 * @return pushes onto this stack, which cost nothing to make or to hold
	 */
	Pushes<T> independently();

	/**
	 * Returns pushes that wait for the caller's transaction: they happen after its
	 * commit, apart from it, and not at all if it is rolled back. A failure never reaches
	 * the caller, whose transaction has ended well by then: the implementation reports
	 * it, and the items are lost. They are also lost if the process ends between the
	 * commit and the push. An item that must be there if, and only if, the transaction
	 * commits is pushed onto the stack itself.
	 * <p>
	 * Outside a transaction, such a push happens at once, and fails as any other.
	 * @return pushes onto this stack, which cost nothing to make or to hold
	 */
	Pushes<T> afterCommit();

	/**
	 * Returns how much this stack keeps.
	 * @return the bounds
	 */
	StackBounds bounds();

	@Override
	default Subscription follow(StartAt start, Follower<? super T> follower) {
		return followedThrough(this).follow(start, follower);
	}

	@Override
	default Flow.Publisher<Entry<T>> publisher(StartAt start) {
		return followedThrough(this).publisher(start);
	}

	/**
	 * Follows this stack, but reads something that contains its items: this stack itself,
	 * or its {@link History}.
	 * @param view what to read; followers of equal views share their reads
	 * @return what can be followed
	 */
	Followable<T> followedThrough(Entries<T> view);

}
