package io.github.appendonly.jpa;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Entries;
import io.github.appendonly.Followable;
import io.github.appendonly.Position;
import io.github.appendonly.Pruner;
import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.sequencer.plan.PushRequest;
import io.github.appendonly.jpa.sequencer.plan.StackDefinition;

/**
 * A handle on a stack in the database.
 *
 * @param <T> the type of the items
 */
final class JpaAppendStack<T> extends PagedEntries<T> implements AppendStack<T> {

	private final StackDefinition<T> definition;

	private final PushRouter pushes;

	private final StackReader reads;

	JpaAppendStack(StackDefinition<T> definition, PushRouter pushes, StackReader reads) {
		super(definition.items());
		this.definition = definition;
		this.pushes = pushes;
		this.reads = reads;
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
	public StackBounds bounds() {
		return this.definition.terms().bounds().orElseGet(() -> this.reads.bounds(this.definition));
	}

	@Override
	public Followable<T> followedThrough(Entries<T> view) {
		throw new UnsupportedOperationException("Stacks in the database cannot be followed yet");
	}

	@Override
	PageSource open() {
		return this.reads.open(this.definition);
	}

	@Override
	public long size() {
		return this.reads.size(this.definition);
	}

	@Override
	public boolean isEmpty() {
		return this.reads.isEmpty(this.definition);
	}

	@Override
	public String toString() {
		return this.definition.items().structure();
	}

}
