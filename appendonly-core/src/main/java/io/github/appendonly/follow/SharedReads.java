package io.github.appendonly.follow;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;

import io.github.appendonly.StartAt;
import io.github.appendonly.internal.Errors;
import org.jspecify.annotations.Nullable;

/**
 * The reads of one source. Tails that wait at the same place share them.
 * <p>
 * A few recent steps are kept while tails are on their way, so that slower ones find what
 * faster ones have caused to be read. None is kept when all tails wait.
 *
 * @param <T> the type of the items
 */
final class SharedReads<T> {

	/*
	 * A tail is in one of three situations. Who ends a situation owns the tail until the
	 * next one begins:
	 *
	 * waiting It is in a place. The read of that place ends this, or a close. parked Its
	 * target wants no more. A request for more ends this, or a close. called A task is
	 * queued or runs, and owns the tail.
	 *
	 * So the calls of a follower never overlap, although no lock is held during them. All
	 * fields of this class and of the places, and the situations of the tails, are
	 * guarded by the lock of the key.
	 *
	 * A read is only for tails that came before it began. So what a tail was woken for is
	 * visible to the read, and a new tail sees nothing that was read before it came.
	 */

	private static final int RECENT = 4;

	private final Followed followed;

	private final TailSource<T> source;

	private final Set<Tail<T>> tails = new HashSet<>();

	private final Map<StartAt, Place<T>> places = new HashMap<>();

	private final Deque<Step<T>> recent = new ArrayDeque<>();

	/** How many tails wait in places. */
	private int waiting;

	SharedReads(Followed followed, TailSource<T> source) {
		this.followed = followed;
		this.source = source;
	}

	String structure() {
		return this.source.structure();
	}

	TailThreads threads() {
		return this.followed.threads;
	}

	/**
	 * Returns whether nothing has come since a step was read, for all that is known.
	 */
	boolean isNewest(Step<T> step) {
		return step.changes().caughtUp() && step.wakes() == this.followed.wakes.get();
	}

	/**
	 * Finds the next step of a tail that has none left, or lets it wait. The caller owns
	 * the tail.
	 * @return whether the caller still owns the tail, because it has a step, or has ended
	 */
	boolean next(Tail<T> tail) {
		Step<T> last = tail.step;
		Work work = new Work();
		this.followed.lock.lock();
		try {
			Optional<Step<T>> known = (last != null) ? known(tail.at) : Optional.empty();
			known.ifPresent(tail::take);
			if (known.isPresent() || !tail.isActive()) {
				return true;
			}
			tail.step = null;
			tail.place = this.places.computeIfAbsent(tail.at, Place::new);
			tail.place.waiting.add(tail);
			this.waiting++;
			forgetRecent();
			settle(tail.place, last, work);
		}
		finally {
			this.followed.lock.unlock();
		}
		work.begin();
		return false;
	}

	private Optional<Step<T>> known(StartAt at) {
		return at.position()
			.flatMap((cursor) -> this.recent.stream().filter((step) -> step.continues(cursor)).findFirst());
	}

	/**
	 * Makes a place read for a tail that has come, unless the last step of that tail
	 * shows that there is nothing new.
	 */
	private void settle(Place<T> place, @Nullable Step<T> last, Work work) {
		if (last == null || !isNewest(last)) {
			if (place.state == Place.State.NEW || place.state == Place.State.IDLE) {
				queue(place, Duration.ZERO, work);
			}
		}
		else if (place.state == Place.State.NEW) {
			idle(place, last.wakes(), work);
		}
	}

	private void idle(Place<T> place, long wakes, Work work) {
		place.state = Place.State.IDLE;
		this.followed.idlePlaces.incrementAndGet();
		if (this.followed.wakes.get() != wakes) {
			queue(place, Duration.ZERO, work);
		}
	}

	private void queue(Place<T> place, Duration delay, Work work) {
		if (place.state == Place.State.IDLE) {
			this.followed.idlePlaces.decrementAndGet();
		}
		place.state = Place.State.QUEUED;
		work.add(() -> submit(place, delay));
	}

	/**
	 * Lets a tail rest until its target wants more. The caller owns the tail.
	 * @return whether it rests; otherwise the caller still owns it
	 */
	boolean park(Tail<T> tail) {
		this.followed.lock.lock();
		try {
			tail.parked = tail.isActive() && !tail.wantsMore();
			return tail.parked;
		}
		finally {
			this.followed.lock.unlock();
		}
	}

	/**
	 * Lets a tail rest that cannot be called now, unless it ends. The caller owns the
	 * tail.
	 * @return whether it rests; otherwise the caller still owns it
	 */
	boolean rest(Tail<T> tail) {
		this.followed.lock.lock();
		try {
			tail.parked = tail.isActive();
			return tail.parked;
		}
		finally {
			this.followed.lock.unlock();
		}
	}

	/**
	 * Ends the rest of a tail.
	 * @return whether it rested; the caller owns it then
	 */
	boolean unpark(Tail<T> tail) {
		this.followed.lock.lock();
		try {
			boolean parked = tail.parked;
			tail.parked = false;
			return parked;
		}
		finally {
			this.followed.lock.unlock();
		}
	}

	/**
	 * Takes a tail out, wherever it waits or rests.
	 * @return whether it did; the caller owns it then
	 */
	boolean recall(Tail<T> tail) {
		this.followed.lock.lock();
		try {
			boolean recalled = tail.parked || tail.place != null;
			tail.parked = false;
			if (tail.place != null) {
				Place<T> place = take(tail);
				if (place.isEmpty() && place.state == Place.State.IDLE) {
					this.followed.idlePlaces.decrementAndGet();
					this.places.remove(place.at);
				}
			}
			return recalled;
		}
		finally {
			this.followed.lock.unlock();
		}
	}

	private Place<T> take(Tail<T> tail) {
		Place<T> place = Objects.requireNonNull(tail.place);
		place.waiting.remove(tail);
		place.reading.remove(tail);
		tail.place = null;
		this.waiting--;
		return place;
	}

	private void submit(Place<T> place, Duration delay) {
		try {
			if (delay.isZero()) {
				threads().read(() -> read(place));
			}
			else {
				threads().readLater(() -> read(place), delay);
			}
		}
		catch (RejectedExecutionException ex) {
			end(place, place.waiting, Ending.STOPPED);
		}
		catch (Throwable ex) { // no memory for a thread
			if (delay.isZero()) {
				submit(place, Outages.delay(1));
			}
			else {
				end(place, place.waiting, Ending.failed(ex));
			}
		}
	}

	private void read(Place<T> place) {
		long wakes = begin(place);
		if (wakes < 0) {
			return;
		}
		Step<T> step;
		try {
			step = Step.of(place.at,
					place.at.position()
						.map((cursor) -> this.source.since(cursor, Tails.STEP))
						.orElseGet(() -> this.source.fromOldest(Tails.STEP)),
					wakes, structure());
		}
		catch (Throwable ex) {
			failed(place, ex);
			return;
		}
		this.followed.outages.succeeded();
		arrived(place, step);
	}

	/**
	 * Begins a read for all that wait.
	 * @return how often the key has been woken, or -1 if nobody waits any more, or if no
	 * read was to begin: a task that was refused for lack of a thread may run after all
	 */
	private long begin(Place<T> place) {
		this.followed.lock.lock();
		try {
			if (place.isEmpty()) {
				this.places.remove(place.at, place);
				return -1;
			}
			if (place.state != Place.State.QUEUED) {
				return -1;
			}
			place.state = Place.State.READING;
			place.reading.addAll(place.waiting);
			place.waiting.clear();
			return this.followed.wakes.get();
		}
		finally {
			this.followed.lock.unlock();
		}
	}

	/**
	 * Hands a step to those it was read for, and lets those wait again for whom it has
	 * nothing.
	 */
	private void arrived(Place<T> place, Step<T> step) {
		Work work = new Work();
		this.followed.lock.lock();
		try {
			boolean moves = step.moves();
			boolean caughtUp = step.changes().caughtUp();
			take(place.reading, (tail) -> moves || (caughtUp && !tail.isToldThatCaughtUp), step, work);
			take(place.waiting, (tail) -> moves && !tail.isNew, step, work);
			remember(step);
			place.failures = (moves || caughtUp) ? 0 : place.failures + 1;
			boolean others = !place.waiting.isEmpty();
			place.waiting.addAll(place.reading);
			place.reading.clear();
			if (place.isEmpty()) {
				this.places.remove(place.at);
			}
			else if (others || !caughtUp) {
				queue(place, Outages.delay(place.failures), work);
			}
			else {
				idle(place, step.wakes(), work);
			}
		}
		finally {
			this.followed.lock.unlock();
		}
		work.begin();
	}

	private void take(Set<Tail<T>> from, Predicate<Tail<T>> which, Step<T> step, Work work) {
		for (Tail<T> tail : from.stream().filter(which).toList()) {
			take(tail);
			tail.take(step);
			work.add(tail::call);
		}
	}

	private void remember(Step<T> step) {
		if (this.tails.size() > 1 && step.isShared()) {
			this.recent.addFirst(step);
			if (this.recent.size() > RECENT) {
				this.recent.removeLast();
			}
		}
		forgetRecent();
	}

	private void forgetRecent() {
		if (this.waiting == this.tails.size()) {
			this.recent.clear();
		}
	}

	/**
	 * Tries a read again later, or ends those it was for.
	 */
	private void failed(Place<T> place, Throwable failure) {
		if (this.followed.outages.isRetried(failure)) {
			this.followed.outages.failed(structure(), failure);
			repeat(place);
			return;
		}
		end(place, place.reading, Ending.failed(failure));
		if (Errors.endJvm(failure)) {
			throw Errors.unchecked(failure);
		}
	}

	private void repeat(Place<T> place) {
		Work work = new Work();
		this.followed.lock.lock();
		try {
			place.failures++;
			place.waiting.addAll(place.reading);
			place.reading.clear();
			queue(place, Outages.delay(place.failures), work);
		}
		finally {
			this.followed.lock.unlock();
		}
		work.begin();
	}

	/**
	 * Ends some of the tails of a place. For the others, it reads again.
	 */
	private void end(Place<T> place, Set<Tail<T>> which, Ending ending) {
		Work work = new Work();
		this.followed.lock.lock();
		try {
			for (Tail<T> tail : List.copyOf(which)) {
				take(tail);
				tail.endsWith(ending);
				work.add(tail::call);
			}
			if (place.isEmpty()) {
				this.places.remove(place.at);
			}
			else {
				queue(place, Duration.ZERO, work);
			}
		}
		finally {
			this.followed.lock.unlock();
		}
		work.begin();
	}

	// Called under the lock of the key.

	void add(Tail<T> tail) {
		this.tails.add(tail);
	}

	/**
	 * Forgets a tail that has ended.
	 * @return whether there are no others
	 */
	boolean forget(Tail<?> tail) {
		this.tails.remove(tail);
		forgetRecent();
		return this.tails.isEmpty();
	}

	void addTo(Collection<Tail<?>> all) {
		all.addAll(this.tails);
	}

	void wake(Work work) {
		this.places.values()
			.stream()
			.filter((place) -> place.state == Place.State.IDLE)
			.forEach((place) -> queue(place, Duration.ZERO, work));
	}

}
