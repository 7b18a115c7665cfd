package io.github.appendonly.memory;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.github.appendonly.Position;
import io.github.appendonly.Pushed;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the items that are on a stack on the heap.
 */
final class HeapKeys {

	/*
	 * A push claims its key before it places its item. Whoever finds a claim waits until
	 * it is known whether that item is placed. A claim that has failed is gone by then. A
	 * claim whose item was pruned counts no more. The next push with a key removes it.
	 */

	/**
	 * A key that a push has, or is about to have.
	 */
	private record Claim(String key, Thread owner, CompletableFuture<Position> placed) {
	}

	private final Map<String, Claim> claims = new ConcurrentHashMap<>();

	private final ConcurrentNavigableMap<Position, Claim> byPosition = new ConcurrentSkipListMap<>();

	/**
	 * Places an item, unless its key has an item that is kept.
	 * @param oldest returns the generation of the oldest layer that is kept
	 * @param pruning whether the calling thread is in a pruner of the stack, and must not
	 * wait for other threads
	 * @param placing places the item; the future may complete later if it is in a pruner
	 * @throws IllegalStateException if the calling thread is in a pruner, and another
	 * push with the key is in progress
	 */
	Pushed push(String key, LongSupplier oldest, boolean pruning, Supplier<CompletableFuture<Position>> placing) {
		Claim own = new Claim(key, Thread.currentThread(), new CompletableFuture<>());
		Claim first = this.claims.putIfAbsent(key, own);
		while (first != null) {
			Optional<Pushed> earlier = earlier(first, oldest, pruning);
			if (earlier.isPresent()) {
				return earlier.get();
			}
			this.claims.remove(key, first);
			first = this.claims.putIfAbsent(key, own);
		}
		return new Pushed(true, place(own, oldest, placing));
	}

	/**
	 * Returns the answer for a key that is claimed, or nothing if the claim is over.
	 */
	private static Optional<Pushed> earlier(Claim first, LongSupplier oldest, boolean pruning) {
		if (!first.placed().isDone()) {
			if (first.owner() == Thread.currentThread()) {
				return Optional.of(new Pushed(false, Optional.empty())); // in a pruner
			}
			if (pruning) {
				throw new IllegalStateException("A pruner cannot wait for another push with its key \"" + first.key()
						+ "\", which waits for the pruner. Push without a key, or after the pruner");
			}
		}
		try {
			Position position = first.placed().join();
			return (position.generation() >= oldest.getAsLong()) ? Optional.of(new Pushed(false, Optional.of(position)))
					: Optional.empty();
		}
		catch (CancellationException ex) {
			return Optional.empty();
		}
	}

	private Optional<Position> place(Claim own, LongSupplier oldest, Supplier<CompletableFuture<Position>> placing) {
		boolean queued = false;
		try {
			CompletableFuture<Position> placed = placing.get();
			queued = true;
			CompletableFuture<Position> settled = placed.whenComplete((position, failure) -> settle(own, position));
			forgetBefore(new Position(oldest.getAsLong(), 0));
			return Optional.ofNullable(settled.getNow(null));
		}
		finally {
			if (!queued) {
				settle(own, null);
			}
		}
	}

	/**
	 * Ends the wait for a claim.
	 * @param position the position of its item; null if it was not placed
	 */
	private void settle(Claim own, @Nullable Position position) {
		if (position != null) {
			this.byPosition.put(position, own);
			own.placed().complete(position);
		}
		else {
			this.claims.remove(own.key(), own);
			own.placed().cancel(false);
		}
	}

	private void forgetBefore(Position oldest) {
		Map<Position, Claim> pruned = this.byPosition.headMap(oldest);
		pruned.values().forEach((claim) -> this.claims.remove(claim.key(), claim));
		pruned.clear();
	}

}
