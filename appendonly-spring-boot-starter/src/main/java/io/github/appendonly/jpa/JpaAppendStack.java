package io.github.appendonly.jpa;

import java.lang.reflect.Type;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Changes;
import io.github.appendonly.Entries;
import io.github.appendonly.Erasure;
import io.github.appendonly.Followable;
import io.github.appendonly.Position;
import io.github.appendonly.Pruner;
import io.github.appendonly.Pushed;
import io.github.appendonly.Pushes;
import io.github.appendonly.StackBounds;
import io.github.appendonly.follow.TailSource;
import io.github.appendonly.internal.Keys;
import io.github.appendonly.jpa.erasure.Eraser;
import io.github.appendonly.jpa.erasure.ParkedStacks;
import io.github.appendonly.jpa.erasure.Replacement;
import io.github.appendonly.jpa.follow.Following;
import org.jspecify.annotations.Nullable;
import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.sequencer.plan.PushRequest;
import io.github.appendonly.jpa.sequencer.plan.StackDefinition;
import io.github.appendonly.jpa.transaction.Transactions;

/**
 * A handle on a stack in the database.
 *
 * @param <T> the type of the items
 */
final class JpaAppendStack<T> extends PagedEntries<T> implements AppendStack<T> {

	private final StackDefinition<T> definition;

	private final PushRouter pushes;

	private final StackReader reads;

	private final Function<String, Following> following;

	private final Transactions transactions;

	private final ParkedStacks parked;

	JpaAppendStack(StackDefinition<T> definition, PushRouter pushes, StackReader reads,
			Function<String, Following> following, Engine engine, ParkedStacks parked) {
		super(definition.items(), new Eraser<>(definition.items(), engine.tables().layersOfStack(definition.name()),
				engine.transactions()));
		this.transactions = engine.transactions();
		this.parked = parked;
		this.definition = definition;
		this.pushes = pushes;
		this.reads = reads;
		this.following = following;
	}

	StackDefinition<T> definition() {
		return this.definition;
	}

	@Override
	public void push(T item) {
		this.pushes.push(new PushRequest<>(this.definition, this.definition.items().write(item)));
	}

	@Override
	public void push(T item, Pruner<? super T> pruner) {
		Objects.requireNonNull(pruner, "pruner");
		this.pushes.push(new PushRequest<>(this.definition, this.definition.items().write(item), Optional.of(pruner)));
	}

	@Override
	public Pushed push(T item, String key) {
		return this.pushes.push(this.definition, this.definition.items().write(item), Keys.require(key));
	}

	@Override
	public void pushAll(List<? extends T> items) {
		JsonArray array = this.definition.items().writeAll(items);
		if (!array.isEmpty()) {
			this.pushes.push(new PushRequest<>(this.definition, array));
		}
	}

	@Override
	public CompletableFuture<Position> pushAsync(T item) {
		return this.pushes.pushAsync(new PushRequest<>(this.definition, this.definition.items().write(item)));
	}

	@Override
	public int erase(Collection<Position> positions) {
		this.pushes.requireNotPruning(this.definition);
		placeInTransaction();
		int erased = super.erase(positions);
		if (!positions.isEmpty()) {
			this.parked.change(this.definition.name(), (items, stack) -> items.erase(stack, type(), positions));
		}
		return erased;
	}

	@Override
	public Erasure eraseIf(Predicate<? super T> condition, Erasure from, Consumer<? super Erasure> progress) {
		this.pushes.requireNotPruning(this.definition);
		placeInTransaction();
		if (!this.transactions.isActive()) {
			this.reads.placeAll(this.definition);
		}
		Erasure erased = super.eraseIf(condition, from, progress);
		this.parked.change(this.definition.name(), (items, stack) -> items.<T>eraseIf(stack, type(), condition));
		return erased;
	}

	@Override
	public boolean replace(Position position, UnaryOperator<T> change) {
		this.pushes.requireNotPruning(this.definition);
		placeInTransaction();
		String name = this.definition.name();
		Optional<T> replaced = replaced(position, change);
		if (replaced.isPresent() || !this.parked.isArchived(name, position)) {
			this.parked.replace(name, type(), position, new Replacement<>(replaced, change));
		}
		return replaced.isPresent();
	}

	/**
	 * Places what is committed, and what the caller's transaction has pushed. That locks
	 * stacks in the order of their names.
	 */
	private void placeInTransaction() {
		if (this.transactions.isActive()) {
			this.transactions.requireWritable(toString());
			this.pushes.placeAll(this.definition);
		}
	}

	private Type type() {
		return this.definition.items().type();
	}

	@Override
	public Pushes<T> independently() {
		return new RoutedPushes<>(this.definition.items(),
				(items) -> this.pushes.pushIndependently(new PushRequest<>(this.definition, items.get())));
	}

	@Override
	public Pushes<T> afterCommit() {
		return new RoutedPushes<>(this.definition.items(),
				(items) -> this.pushes.pushAfterCommit(this.definition, items));
	}

	@Override
	public StackBounds bounds() {
		return this.definition.terms().bounds().orElseGet(() -> this.reads.bounds(this.definition));
	}

	@Override
	public Followable<T> followedThrough(Entries<T> view) {
		Following following = this.following.apply(this.definition.items().structure());
		return following.followable(this.definition.name(), new Source<>(this, Objects.requireNonNull(view, "view")));
	}

	@Override
	PageSource open() {
		return this.reads.open(this.definition);
	}

	@Override
	long itemsAfter(Cut cut, int atMost) {
		return this.reads.itemsAfter(this.definition, cut, atMost);
	}

	@Override
	public long size() {
		return this.reads.size(this.definition);
	}

	@Override
	public boolean isEmpty() {
		return this.reads.isEmpty(this.definition);
	}

	/**
	 * Handles on one stack with items of one type read the same.
	 */
	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof JpaAppendStack<?> stack && stack.reads == this.reads
				&& stack.definition.name().equals(this.definition.name())
				&& stack.definition.items().type().equals(this.definition.items().type());
	}

	@Override
	public int hashCode() {
		return this.definition.name().hashCode();
	}

	@Override
	public String toString() {
		return this.definition.items().structure();
	}

	/**
	 * Reads a view whose entries all come from a stack, for followers. Equal views are
	 * read once for all of them.
	 */
	private record Source<T>(JpaAppendStack<T> stack, Entries<T> view) implements TailSource<T> {

		@Override
		public Changes<T> since(Position than, int limit) {
			return this.view.since(than, limit);
		}

		@Override
		public Changes<T> fromOldest(int limit) {
			return this.view.fromOldest(limit);
		}

		@Override
		public Position newest() {
			this.stack.pushes.requireNotPushed(this.stack.definition);
			return this.stack.reads.end(this.stack.definition);
		}

		@Override
		public String structure() {
			return this.stack.toString();
		}

	}

}
