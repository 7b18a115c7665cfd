package io.github.appendonly;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * Reads a stack and the archive of its pruned layers as one structure. A layer that moves
 * from the stack to the archive during a read is neither missed nor returned twice.
 * <p>
 * A history stores nothing itself. A reader that follows it finds its cursor expired only
 * if the entries after it are missing from the archive too.
 * <p>
 * All methods may be called by many threads at once. An iterator is for one thread.
 *
 * @param <T> the type of the items
 */
public final class History<T> implements Erasable<T>, Followable<T> {

	/*
	 * A layer moves from the stack to the archive in one step, and never back. Therefore
	 * the stack is always read first: a layer that has left it by then is in the archive
	 * when the archive is read next. Nothing can be missed in this order. An entry could
	 * only be seen twice, and the archive is asked only for positions beyond the last one
	 * returned, which prevents that.
	 *
	 * A reader that follows goes the other way, from old to new. The stack is still read
	 * first, but its entries are appended to those of the archive. By the time the
	 * archive is read, it may hold everything that the stack returned, and newer entries
	 * too: the stack was overtaken. Then the stack certainly has a newer entry.
	 */

	private static final ReadOption[] NO_OPTIONS = {};

	private static final int COUNTS = 10;

	private final AppendStack<T> stack;

	private final Archive<T> archive;

	/**
	 * Joins a stack and its archive. If the stack cannot tell whether a position is the
	 * last one that it pruned, and so reports that a cursor has expired, the archive
	 * corrects it.
	 * @param stack the stack
	 * @param archive the archive that gets every layer that the stack prunes
	 */
	public History(AppendStack<T> stack, Archive<T> archive) {
		this.stack = Objects.requireNonNull(stack, "stack");
		this.archive = Objects.requireNonNull(archive, "archive");
	}

	@Override
	public Iterator<Entry<T>> iterator() {
		return new NewestFirst(this.stack.iterator(), null, null);
	}

	@Override
	public Iterable<Entry<T>> newer(Position than) {
		Objects.requireNonNull(than, "than");
		return () -> new NewestFirst(this.stack.newer(than).iterator(), null, than);
	}

	@Override
	public Changes<T> since(Position than, int limit) {
		return since(than, limit, NO_OPTIONS);
	}

	@Override
	public Changes<T> since(Position than, int limit, ReadOption... options) {
		Changes<T> kept = this.stack.since(than, limit, ReadOption.REPORT_UNREADABLE);
		return readable(kept.expired() ? preceded(archivedSince(than, limit), kept, than, limit) : kept, options);
	}

	/**
	 * Returns a step through the archive. It ends before layers that are missing there,
	 * and has expired if it begins after such layers: they were pruned while the stack
	 * was not archived.
	 */
	private Changes<T> archivedSince(Position than, int limit) {
		Changes<T> step = this.archive.since(than, limit, ReadOption.REPORT_UNREADABLE).untilGap();
		return (isGap(than, step) && !step.expired()) ? new Changes<>(step.entries(), step.cursor(), step.caughtUp(),
				true, step.ahead(), step.gone(), step.unreadable()) : step;
	}

	@Override
	public Changes<T> fromOldest(int limit) {
		return fromOldest(limit, NO_OPTIONS);
	}

	@Override
	public Changes<T> fromOldest(int limit, ReadOption... options) {
		Changes<T> kept = this.stack.fromOldest(limit, ReadOption.REPORT_UNREADABLE);
		return readable(preceded(this.archive.fromOldest(limit, ReadOption.REPORT_UNREADABLE).untilGap(), kept,
				Position.START, limit), options);
	}

	/**
	 * Ends a step before the first item that cannot be read, unless the reader asks for
	 * these items. The stack cannot do that alone, because the archive may have items
	 * before it. If the step begins with such an item, reading it gives the exception.
	 */
	private Changes<T> readable(Changes<T> step, ReadOption... options) {
		if (step.unreadable().isEmpty() || List.of(options).contains(ReadOption.REPORT_UNREADABLE)) {
			return step;
		}
		return step.beforeUnreadable().orElseGet(() -> {
			get(step.unreadable().get(0).position());
			return step;
		});
	}

	/**
	 * Appends a step through the stack to the step through the archive.
	 * @param known the cursor of both steps
	 */
	private Changes<T> preceded(Changes<T> archived, Changes<T> kept, Position known, int limit) {
		Position last = archived.cursor();
		boolean gap = isGap(last, kept);
		if (last.equals(known)) {
			boolean expired = kept.expired()
					&& (gap || archived.expired() || archived.ahead() || this.archive.newestGeneration().isEmpty());
			return new Changes<>(kept.entries(), kept.cursor(), kept.caughtUp(), expired, false, kept.gone(),
					kept.unreadable());
		}
		List<Entry<T>> joined = new ArrayList<>(archived.entries());
		List<Entry<T>> following = kept.entries().stream().filter((entry) -> entry.position().isAfter(last)).toList();
		boolean continues = archived.caughtUp() && !gap;
		int room = continues ? Math.min(limit - joined.size(), following.size()) : 0;
		joined.addAll(following.subList(0, room));
		boolean all = continues && room == following.size();
		boolean overtaken = !kept.cursor().equals(known) && !kept.cursor().isAfter(last);
		Position cursor = last;
		if (all && !overtaken) {
			cursor = kept.cursor().isAfter(last) ? kept.cursor() : last;
		}
		else if (room > 0) {
			cursor = following.get(room - 1).position();
		}
		return new Changes<>(joined, cursor, all && kept.caughtUp() && !overtaken, archived.expired(), false,
				joined(archived.gone(), kept.gone(), Gone::position, last, cursor),
				joined(archived.unreadable(), kept.unreadable(), Unreadable::position, last, cursor));
	}

	/**
	 * Returns whether layers are missing between a position and a step: they were pruned
	 * while the stack was not archived.
	 * @param last the position up to which the reader has read
	 * @param next the step that follows
	 */
	private static boolean isGap(Position last, Changes<?> next) {
		return next.firstPosition().stream().anyMatch((first) -> first.generation() - last.generation() > 1);
	}

	private static <P> List<P> joined(List<P> archived, List<P> kept, Function<P, Position> position, Position last,
			Position cursor) {
		List<P> joined = new ArrayList<>(archived);
		kept.stream()
			.filter((one) -> position.apply(one).isAfter(last) && !position.apply(one).isAfter(cursor))
			.forEach(joined::add);
		return joined;
	}

	@Override
	public Iterable<Entry<T>> older(Position than) {
		Objects.requireNonNull(than, "than");
		return () -> new NewestFirst(this.stack.older(than).iterator(), than, null);
	}

	@Override
	public List<Entry<T>> older(Position than, int limit) {
		return followed(this.stack.older(than, limit), than, limit);
	}

	@Override
	public List<Entry<T>> newest(int limit) {
		return followed(this.stack.newest(limit), null, limit);
	}

	private List<Entry<T>> followed(List<Entry<T>> kept, @Nullable Position than, int limit) {
		int missing = limit - kept.size();
		if (missing == 0) {
			return kept;
		}
		Position below = kept.isEmpty() ? than : kept.get(kept.size() - 1).position();
		List<Entry<T>> joined = new ArrayList<>(kept);
		joined.addAll((below != null) ? this.archive.older(below, missing) : this.archive.newest(missing));
		return List.copyOf(joined);
	}

	@Override
	public Optional<T> get(Position position) {
		Optional<T> kept = this.stack.get(position);
		return kept.isPresent() ? kept : this.archive.get(position);
	}

	/**
	 * Counts the items after a position in the stack and the archive together. If a layer
	 * moves from the stack to the archive during this call, it counts again. A layer
	 * counts twice only if one moves during each of {@value #COUNTS} tries.
	 */
	@Override
	public int countAfter(Position than, int atMost) {
		int kept = this.stack.countAfter(than, atMost);
		if (kept == atMost || this.archive.countAfter(than, 1) == 0) {
			return kept;
		}
		int tries = 0;
		while (true) {
			OptionalLong newest = this.archive.newestGeneration();
			kept = this.stack.countAfter(than, atMost);
			int count = (kept < atMost) ? kept + this.archive.countAfter(than, atMost - kept) : kept;
			if (++tries == COUNTS || this.archive.newestGeneration().equals(newest)) {
				return count;
			}
		}
	}

	/**
	 * Returns the number of items in the stack and the archive together. A layer that
	 * moves from the stack to the archive during this call may count twice.
	 */
	@Override
	public long size() {
		long kept = this.stack.size();
		return kept + this.archive.size();
	}

	@Override
	public boolean isEmpty() {
		return this.stack.isEmpty() && this.archive.isEmpty();
	}

	/**
	 * Erases items from the stack and the archive: first from the stack, then from the
	 * archive, where its layers may have gone meanwhile. Outside a transaction these are
	 * two steps, so a failure of the second one leaves the first. Repeating the call does
	 * the rest.
	 */
	@Override
	public int erase(Collection<Position> positions) {
		int kept = this.stack.erase(positions);
		return kept + this.archive.erase(positions);
	}

	/**
	 * Erases all items that meet a condition: first from the stack, then from the
	 * archive. Layers that leave the stack meanwhile may be looked at twice.
	 */
	@Override
	public Erasure eraseIf(Predicate<? super T> condition, Erasure from, Consumer<? super Erasure> progress) {
		if (from.done()) {
			return from;
		}
		AtomicReference<Position> below = new AtomicReference<>(from.cursor());
		Erasure kept = this.stack.eraseIf(condition, from, (portion) -> {
			if (this.archive.newestGeneration().orElse(-1) < portion.cursor().generation()) {
				below.set(portion.cursor()); // no layer of the portion has left the stack
			}
			progress.accept(goingOn(portion, below.get()));
		});
		return this.archive.eraseIf(condition, goingOn(kept, below.get()), progress);
	}

	private static Erasure goingOn(Erasure erasure, Position below) {
		return erasure.plus(below, false, 0, 0, 0);
	}

	@Override
	public boolean replace(Position position, UnaryOperator<T> change) {
		return this.stack.replace(position, change) || this.archive.replace(position, change);
	}

	@Override
	public Subscription follow(StartAt start, Follower<? super T> follower) {
		return this.stack.followedThrough(this).follow(start, follower);
	}

	@Override
	public Flow.Publisher<Entry<T>> publisher(StartAt start) {
		return this.stack.followedThrough(this).publisher(start);
	}

	/**
	 * Returns whether another history joins equal handles. Those of one application on
	 * one stack or archive, with items of one type, are equal. Followers of equal
	 * histories share their reads.
	 */
	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof History<?> history && this.stack.equals(history.stack)
				&& this.archive.equals(history.archive);
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.stack, this.archive);
	}

	/**
	 * Names the stack, for messages.
	 */
	@Override
	public String toString() {
		return "history of " + this.stack;
	}

	/**
	 * Reads the stack, then the part of the archive below the last position returned.
	 */
	private final class NewestFirst implements Iterator<Entry<T>> {

		private final Iterator<Entry<T>> kept;

		private final @Nullable Position until;

		private @Nullable Position last;

		private @Nullable Iterator<Entry<T>> archived;

		private @Nullable Entry<T> ahead;

		NewestFirst(Iterator<Entry<T>> kept, @Nullable Position below, @Nullable Position until) {
			this.kept = kept;
			this.last = below;
			this.until = until;
		}

		@Override
		public boolean hasNext() {
			if (this.ahead == null) {
				this.ahead = read();
			}
			return this.ahead != null;
		}

		@Override
		public Entry<T> next() {
			Entry<T> next = hasNext() ? this.ahead : null;
			if (next == null) {
				throw new NoSuchElementException();
			}
			this.ahead = null;
			this.last = next.position();
			return next;
		}

		private @Nullable Entry<T> read() {
			if (this.archived == null && this.kept.hasNext()) {
				return this.kept.next();
			}
			Iterator<Entry<T>> older = archived();
			Entry<T> next = older.hasNext() ? older.next() : null;
			boolean wanted = next != null && (this.until == null || next.position().isAfter(this.until));
			return wanted ? next : null;
		}

		private Iterator<Entry<T>> archived() {
			Iterator<Entry<T>> older = this.archived;
			if (older == null) {
				Archive<T> archive = History.this.archive;
				older = (this.last != null) ? archive.older(this.last).iterator() : archive.iterator();
				this.archived = older;
			}
			return older;
		}

	}

}
