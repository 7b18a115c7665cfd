package io.github.appendonly.jpa;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import io.github.appendonly.jpa.sequencer.StackDefinition;

/**
 * The handles with a pruner that are in use, so that the inbox of a stack is never placed
 * without its pruner while this application has one. It does not matter how a handle is
 * wrapped: beans may be proxied.
 */
final class PrunerHandles {

	/**
	 * A handle, as long as somebody holds it.
	 */
	private static final class Handle extends WeakReference<StackDefinition<?>> {

		private final String name;

		Handle(StackDefinition<?> definition, ReferenceQueue<StackDefinition<?>> released) {
			super(definition, released);
			this.name = definition.name();
		}

	}

	private final Map<String, Handle> handles = new ConcurrentHashMap<>();

	private final ReferenceQueue<StackDefinition<?>> released = new ReferenceQueue<>();

	/**
	 * Adds a handle if it has a pruner. Of several for one stack, the first one counts
	 * that is still in use.
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
	 * The handle of a stack, if it has a pruner.
	 */
	Optional<StackDefinition<?>> find(String stack) {
		return Optional.ofNullable(this.handles.get(stack)).map(Handle::get);
	}

}
