package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.sequencer.plan.PostgresPlanWriter;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.appendonly.jpa.transaction.Tenants;
import org.jspecify.annotations.Nullable;

/**
 * What this node remembers of the stacks on which it has placed last. It may be out of
 * date at any time: statements compare it with the database.
 * <p>
 * All methods may be called by many threads at once.
 */
final class StackMemories {

	/** The memory that a remembered stack takes, in bytes, roughly. */
	private static final int SIZE = 400;

	/** The part of the heap that remembered stacks may take. */
	private static final int HEAP_SHARE = 50;

	private static final long MAX_REMEMBERED = Runtime.getRuntime().maxMemory() / HEAP_SHARE / SIZE;

	/**
	 * The state that is remembered of a stack.
	 *
	 * @param row the row as this node has left it, or null if that is not known
	 * @param locking the number of batches that are still to lock the row
	 */
	record Memory(PostgresPlanWriter.@Nullable Written row, int locking) {

		static final Memory NONE = new Memory(null, 0);

		/**
		 * Returns whether other nodes have lately been faster to place on the stack.
		 */
		boolean isContended() {
			return this.locking > 0;
		}

	}

	private final Tenants tenants;

	private final Map<Object, Memory> memories = new LinkedHashMap<>(16, 0.75f, true) {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<Object, Memory> eldest) {
			return size() > MAX_REMEMBERED;
		}

	};

	StackMemories(Tenants tenants) {
		this.tenants = tenants;
	}

	Memory of(String stack) {
		Object key = this.tenants.key(stack);
		synchronized (this.memories) {
			return this.memories.getOrDefault(key, Memory.NONE);
		}
	}

	/**
	 * Returns whether anything is remembered of a stack.
	 */
	boolean isKnown(String stack) {
		return !of(stack).equals(Memory.NONE);
	}

	void put(String stack, Memory memory) {
		Object key = this.tenants.key(stack);
		synchronized (this.memories) {
			this.memories.put(key, memory);
		}
	}

	/**
	 * Remembers a row that this node has written.
	 */
	void written(String stack, PostgresPlanWriter.Written row) {
		Object key = this.tenants.key(stack);
		synchronized (this.memories) {
			int locking = Math.max(0, this.memories.getOrDefault(key, Memory.NONE).locking() - 1);
			this.memories.put(key, new Memory(row, locking));
		}
	}

	/**
	 * Replaces what is remembered of a stack, unless it was forgotten meanwhile.
	 */
	void replace(String stack, Memory memory) {
		Object key = this.tenants.key(stack);
		synchronized (this.memories) {
			this.memories.replace(key, memory);
		}
	}

	/**
	 * Forgets a stack.
	 */
	void forget(String stack) {
		Object key = this.tenants.key(stack);
		synchronized (this.memories) {
			this.memories.remove(key);
		}
	}

}
