package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.sequencer.plan.PushRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.github.appendonly.Position;
import io.github.appendonly.commit.GroupCommit;
import io.github.appendonly.jpa.transaction.DelayingExecutor;
import io.github.appendonly.jpa.transaction.Shelter;
import org.jspecify.annotations.Nullable;
import org.springframework.util.function.SingletonSupplier;

/**
 * The pushes onto one stack that are in progress on this node. One group commit places
 * pushes, and another one writes pushes to the inbox.
 */
final class Lane {

	private static final int MAX_BATCH = 2000;

	private final Object key;

	private final SingletonSupplier<GroupCommit<PushRequest<?>, Position>> placing;

	private final SingletonSupplier<GroupCommit<PushRequest<?>, PushRequest<?>>> enqueuing;

	private final AtomicInteger itemsToPlace = new AtomicInteger();

	private final AtomicReference<@Nullable CompletableFuture<Position>> drain = new AtomicReference<>();

	private @Nullable SharedLane shared;

	private volatile int users;

	private int sharing;

	/**
	 * Creates a lane without users.
	 * @param key the key of the stack
	 * @param committer places batches
	 * @param shelter protects batches from interrupts
	 * @param enqueuer writes batches to the inbox
	 * @param executor leads batches that no caller waits for
	 */
	Lane(Object key, BatchCommitter committer, Shelter shelter,
			GroupCommit.Committer<PushRequest<?>, PushRequest<?>> enqueuer, DelayingExecutor executor) {
		this.key = key;
		this.placing = SingletonSupplier.of(() -> {
			Placer placer = new Placer(committer, shelter);
			return new GroupCommit<>(placer, executor, (task) -> executor.execute(task, placer.pause()), MAX_BATCH);
		});
		this.enqueuing = SingletonSupplier.of(() -> new GroupCommit<>(enqueuer, executor, MAX_BATCH));
	}

	Object key() {
		return this.key;
	}

	/**
	 * Sets the shared lane.
	 */
	Lane with(@Nullable SharedLane shared) {
		this.shared = shared;
		return this;
	}

	/**
	 * Returns the shared lane of the stack's tenant, if there is one.
	 */
	@Nullable SharedLane shared() {
		return this.shared;
	}

	/**
	 * Adds a user. Calls that add, move or remove users never overlap.
	 * @param mayShare whether it may go to the shared lane
	 * @return whether it goes to the shared lane
	 */
	boolean addUser(boolean mayShare) {
		boolean shares = this.sharing > 0 || (mayShare && this.users == 0);
		count(shares, 1);
		return shares;
	}

	/**
	 * Removes a user.
	 * @param shares whether it is in the shared lane
	 * @return whether this stack still has users
	 */
	boolean removeUser(boolean shares) {
		count(shares, -1);
		return this.users + this.sharing > 0;
	}

	/**
	 * Moves users from the shared lane to this one.
	 */
	Lane moveUsers(int moved) {
		count(true, -moved);
		count(false, moved);
		return this;
	}

	@SuppressWarnings("NonAtomicVolatileUpdate") // calls never overlap
	private void count(boolean shares, int more) {
		if (shares) {
			this.sharing += more;
		}
		else {
			this.users += more;
		}
	}

	/**
	 * Returns whether there are users in this lane, without those in the shared lane.
	 */
	boolean isUsed() {
		return this.users > 0;
	}

	/**
	 * Places a push, and waits for it.
	 */
	void place(PushRequest<?> request) {
		this.placing.obtain().commit(request);
	}

	/**
	 * Places a push on another thread.
	 */
	CompletableFuture<Position> placeAsync(PushRequest<?> request) {
		return this.placing.obtain().commitAsync(request);
	}

	/**
	 * Places the inbox, on the calling thread if that is possible without a wait.
	 */
	CompletableFuture<Position> drain(PushRequest<?> request) {
		return shared(() -> this.placing.obtain().commitIfFree(request));
	}

	/**
	 * Places the inbox on another thread.
	 */
	CompletableFuture<Position> drainAsync(PushRequest<?> request) {
		return shared(() -> this.placing.obtain().commitAsync(request));
	}

	/**
	 * Callers share a future until a batch begins, since that batch places the inbox for
	 * all of them.
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // the shared future tells the outcome
	private CompletableFuture<Position> shared(Supplier<CompletableFuture<Position>> commit) {
		CompletableFuture<Position> present = this.drain.get();
		if (present != null) {
			return present;
		}
		CompletableFuture<Position> shared = new CompletableFuture<>();
		if (!this.drain.compareAndSet(null, shared)) {
			return shared(commit);
		}
		try {
			commit.get().whenComplete((position, failure) -> end(shared, position, failure));
		}
		catch (RuntimeException | Error ex) {
			end(shared, null, ex);
		}
		return shared;
	}

	private void end(CompletableFuture<Position> shared, @Nullable Position position, @Nullable Throwable failure) {
		this.drain.compareAndSet(shared, null);
		if (failure != null) {
			shared.completeExceptionally(failure);
		}
		else {
			shared.complete(position);
		}
	}

	/**
	 * Writes a push to the inbox, and waits for it.
	 */
	void enqueue(PushRequest<?> request) {
		this.enqueuing.obtain().commit(request);
	}

	void addItemsToPlace(int more) {
		this.itemsToPlace.addAndGet(more);
	}

	/**
	 * Returns whether this node has accepted items to place that are not placed yet.
	 * Later pushes must come after them.
	 */
	boolean hasItemsToPlace() {
		return this.itemsToPlace.get() > 0;
	}

	/**
	 * Refuses the queued pushes that are in no batch yet. Pushes whose callers wait are
	 * not refused.
	 */
	void refuse(RejectedExecutionException refusal) {
		if (isUsed()) {
			this.placing.obtain().refuse(refusal);
		}
	}

	/**
	 * Places the batches of this lane, one at a time.
	 */
	private final class Placer implements GroupCommit.Committer<PushRequest<?>, Position> {

		private static final long FIRST_PAUSE = 5;

		private static final long LONGEST_PAUSE = 100;

		private final BatchCommitter committer;

		private final Shelter shelter;

		private volatile long pause;

		Placer(BatchCommitter committer, Shelter shelter) {
			this.committer = committer;
			this.shelter = shelter;
		}

		@Override
		public List<Position> commit(List<PushRequest<?>> requests) {
			Lane.this.drain.set(null);
			return this.shelter.run(requests.size(), () -> this.committer.commit(requests));
		}

		@Override
		public Optional<List<Position>> tryCommit(List<PushRequest<?>> requests) {
			Lane.this.drain.set(null);
			BatchCommitter.Attempt attempt = this.shelter.run(requests.size(), () -> this.committer.attempt(requests));
			this.pause = attempt.progress() ? 0 : Math.min(Math.max(FIRST_PAUSE, this.pause * 2), LONGEST_PAUSE);
			return attempt.positions();
		}

		@Override
		public void lead(Runnable leading) {
			this.shelter.lead(leading);
		}

		@Override
		public boolean isFaultOfItem(Throwable failure) {
			return this.committer.isFaultOfItem(failure);
		}

		/**
		 * Returns the time until a batch that was put off is tried again. It grows while
		 * another transaction has the stack's row locked.
		 */
		Duration pause() {
			return Duration.ofMillis(this.pause);
		}

	}

}
