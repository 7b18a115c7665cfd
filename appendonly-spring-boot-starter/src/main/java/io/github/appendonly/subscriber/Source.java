package io.github.appendonly.subscriber;

import java.lang.reflect.Type;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Changes;
import io.github.appendonly.Entries;
import io.github.appendonly.Entry;
import io.github.appendonly.Gone;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import io.github.appendonly.ReadOption;
import io.github.appendonly.StartAt;
import io.github.appendonly.Unreadable;
import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.table.StackHead;
import io.github.appendonly.jpa.table.StoredLayers;
import io.github.appendonly.jpa.table.StructureTables;

/**
 * Reads a stack for a subscriber: through the archive, where the stack is archived.
 *
 * @param <T> the type of the items
 */
final class Source<T> {

	private final String name;

	private final AppendStack<T> stack;

	private final Archive<T> archive;

	private final History<T> history;

	private final StructureTables tables;

	/** Whether the last step came from the archive. The next one probably does, too. */
	private volatile boolean behind;

	Source(AppendStack<T> stack, String name, Type type, Parts parts) {
		this.name = name;
		this.stack = stack;
		this.archive = parts.structures().archive(name, type);
		this.history = new History<>(stack, this.archive);
		this.tables = parts.tables();
	}

	AppendStack<T> stack() {
		return this.stack;
	}

	/**
	 * Reads what comes after a cursor. The archive is asked only for what has left the
	 * stack: an archive of the same name need not be the stack's.
	 */
	Changes<T> after(Position cursor, int limit) {
		Optional<Changes<T>> archived = this.behind ? fromArchive(cursor, limit) : Optional.empty();
		return archived.orElseGet(() -> fromStackFirst(cursor, limit));
	}

	private Changes<T> fromStackFirst(Position cursor, int limit) {
		Changes<T> step = this.stack.since(cursor, limit);
		this.behind = step.expired() && isArchived();
		return this.behind ? this.history.since(cursor, limit) : step;
	}

	/**
	 * Returns a full step through the archive, with one statement. What is gone, cannot
	 * be read or is missing there is left to the history.
	 */
	private Optional<Changes<T>> fromArchive(Position cursor, int limit) {
		Changes<T> step = this.archive.since(cursor, limit, ReadOption.REPORT_UNREADABLE);
		boolean full = step.entries().size() == limit && step.gone().isEmpty() && step.unreadable().isEmpty();
		return (full && !step.expired() && isConsecutive(cursor, step.entries()))
				? Optional.of(new Changes<>(step.entries(), step.cursor(), false, false)) : Optional.empty();
	}

	private static boolean isConsecutive(Position cursor, List<? extends Entry<?>> entries) {
		Position last = cursor;
		for (Entry<?> entry : entries) {
			Position next = entry.position();
			boolean follows = (next.generation() == last.generation()) ? next.index() == last.index() + 1
					: next.generation() == last.generation() + 1 && next.index() == 0;
			if (!follows) {
				return false;
			}
			last = next;
		}
		return true;
	}

	/**
	 * Returns whether an entry is erased. If it is not, it will not be until the end of
	 * the transaction of the calling thread.
	 */
	boolean isErased(Position position) {
		StoredLayers layers = this.tables.layersOfStack(this.name);
		return layers.hold() && (layers.isErased(position)
				|| (isArchived() && this.tables.layersOfArchive(this.name).isErased(position)));
	}

	/**
	 * Returns an entry as it is stored now, and nothing if it is erased. It stays so
	 * until the end of the transaction of the calling thread. What is not stored any more
	 * is as it was read.
	 */
	Optional<Entry<T>> asStored(Entry<T> entry) {
		if (isErased(entry.position())) {
			return Optional.empty();
		}
		return Optional.of(stored(entry.position()).map((item) -> new Entry<>(entry.position(), item)).orElse(entry));
	}

	/**
	 * Returns whether an entry has another item than before. Items of a class without an
	 * {@code equals} of its own differ each time that they are read, and say nothing.
	 */
	boolean isReplaced(Entry<T> before, Entry<T> now) {
		return !now.item().equals(before.item()) && stored(now.position()).filter(now.item()::equals).isPresent();
	}

	private Optional<T> stored(Position position) {
		return (isArchived() ? this.history : this.stack).get(position);
	}

	private boolean isArchived() {
		return this.tables.stacks().head(this.name).stream().anyMatch(StackHead::archived);
	}

	/**
	 * Returns the cursor of a subscriber that starts somewhere.
	 */
	Position cursor(StartAt start) {
		return start.position().orElseGet(() -> start.equals(StartAt.newest()) ? newest() : beforeOldest());
	}

	/**
	 * Returns the position of the newest item that is placed, after placing what waits,
	 * unless the caller is in a transaction.
	 */
	Position newest() {
		this.stack.isEmpty();
		return placed();
	}

	private Position placed() {
		return this.tables.stacks().head(this.name).flatMap(StackHead::newest).orElse(Position.START);
	}

	private Position beforeOldest() {
		Position placed = placed();
		Entries<T> view = isArchived() ? this.history : this.stack;
		Changes<T> first = view.fromOldest(1, ReadOption.REPORT_UNREADABLE);
		return Stream
			.of(first.entries().stream().map(Entry::position), first.gone().stream().map(Gone::position),
					first.unreadable().stream().map(Unreadable::position))
			.flatMap((positions) -> positions)
			.min(Comparator.naturalOrder())
			.map(Source::before)
			.orElse(placed);
	}

	private static Position before(Position first) {
		if (first.index() > 0) {
			return new Position(first.generation(), first.index() - 1);
		}
		return (first.generation() > 0) ? new Position(first.generation() - 1, Integer.MAX_VALUE) : Position.START;
	}

	/**
	 * Returns the number of items of a stack after a cursor that are placed and kept.
	 */
	static long lag(StructureTables tables, String stack, Position cursor) {
		Optional<StackHead> head = tables.stacks().head(stack);
		Cut cut = Cut.after(cursor);
		long kept = tables.slices().itemsAfter(stack, cut);
		boolean archived = head.stream().anyMatch((row) -> row.archived() && cut.generation() < row.oldestGeneration());
		return archived ? kept + tables.archives().itemsAfter(stack, cut) : kept;
	}

}
