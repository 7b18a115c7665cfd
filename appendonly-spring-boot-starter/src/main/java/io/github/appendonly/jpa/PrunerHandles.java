package io.github.appendonly.jpa;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.github.appendonly.jpa.family.Prefixes;
import io.github.appendonly.jpa.sequencer.plan.StackDefinition;

/**
 * Remembers the handles with a pruner that are in use. Operators and the start of the
 * application place inboxes by them, since they have no handle themselves.
 * <p>
 * A handle is in use until it is garbage collected. The handle itself may be wrapped,
 * because beans may be proxied.
 */
final class PrunerHandles {

	/**
	 * The definition of a handle, as long as it is in use.
	 */
	private static final class Handle extends WeakReference<StackDefinition<?>> {

		private final String name;

		Handle(StackDefinition<?> definition, ReferenceQueue<StackDefinition<?>> released) {
			super(definition, released);
			this.name = definition.name();
		}

	}

	private final Map<String, Handle> handles = new ConcurrentHashMap<>();

	private final Prefixes<Function<String, StackDefinition<?>>> families = new Prefixes<>();

	private final ReferenceQueue<StackDefinition<?>> released = new ReferenceQueue<>();

	/**
	 * Adds a handle if it has a pruner. If a stack has several such handles, the first
	 * one that is still in use counts.
	 */
	void add(StackDefinition<?> definition) {
		removeReleased();
		if (definition.pruner().isPresent()) {
			Handle handle = new Handle(definition, this.released);
			this.handles.merge(handle.name, handle, (first, next) -> (first.get() != null) ? first : next);
		}
	}

	private void removeReleased() {
		for (Reference<?> handle = this.released.poll(); handle != null; handle = this.released.poll()) {
			this.handles.remove(((Handle) handle).name, handle);
		}
	}

	/**
	 * Adds a family with a pruner, which counts as long as the application runs. Of
	 * several with one prefix, the last one counts.
	 * @param prefix the beginning of the names of its stacks
	 * @param definitions returns the definition of a stack
	 */
	void addFamily(String prefix, Function<String, StackDefinition<?>> definitions) {
		this.families.put(prefix, definitions);
	}

	/**
	 * Returns the definition of the stack's handle with a pruner, if one is in use.
	 */
	Optional<StackDefinition<?>> find(String stack) {
		Optional<StackDefinition<?>> handle = Optional.ofNullable(this.handles.get(stack)).map(Handle::get);
		return handle.isPresent() ? handle
				: Optional.ofNullable(this.families.find(stack)).map((definitions) -> definitions.apply(stack));
	}

}
