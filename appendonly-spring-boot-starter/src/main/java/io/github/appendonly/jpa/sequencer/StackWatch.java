package io.github.appendonly.jpa.sequencer;

import org.jspecify.annotations.Nullable;

/**
 * Is told which stacks this node has changed, right after each commit.
 */
@FunctionalInterface
public interface StackWatch {

	/**
	 * Is called when items were placed or pruned, or when a stack was dropped. The
	 * calling thread works for the tenant of the stack. It may hold a connection, and
	 * others may wait for it. So this method must neither wait nor fail.
	 * @param stack the name of the stack
	 * @param version the version of the stack's row; null if there is no row any more
	 */
	void changed(String stack, @Nullable Long version);

}
