package io.github.appendonly.jpa.retention;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

import io.github.appendonly.jpa.table.StackLimits;

/**
 * The limits of the handles and families that this node has made since the last run. They
 * reach the row of a stack with the next push, and the row of a stack that nobody pushes
 * onto with the next run.
 */
public final class PendingLimits {

	/** Handles are made at any time, so more of them are left to their next push. */
	private static final int MAX_STACKS = 10_000;

	private final Map<String, StackLimits> stacks = new ConcurrentHashMap<>();

	private final Map<String, StackLimits> families = new ConcurrentHashMap<>();

	private final Map<String, StackLimits> applied = new ConcurrentHashMap<>();

	/**
	 * Adds the limits of a handle.
	 */
	public void add(String stack, StackLimits limits) {
		if (!limits.equals(StackLimits.NONE) && this.stacks.size() < MAX_STACKS) {
			this.stacks.put(stack, limits);
		}
	}

	/**
	 * Adds the limits of a family, unless its members have them already.
	 */
	public void addFamily(String prefix, StackLimits limits) {
		if (!limits.equals(StackLimits.NONE) && !limits.equals(this.applied.get(prefix))) {
			this.families.put(prefix, limits);
		}
	}

	/**
	 * Takes all limits of families out.
	 * @param apply applies them; if it fails, they stay
	 */
	void takeFamilies(BiConsumer<String, StackLimits> apply) {
		this.families.forEach((prefix, limits) -> {
			apply.accept(prefix, limits);
			this.applied.put(prefix, limits);
			this.families.remove(prefix, limits);
		});
	}

	/**
	 * Takes all limits of stacks out.
	 * @param apply applies them; if it fails, they stay
	 */
	void takeStacks(BiConsumer<String, StackLimits> apply) {
		this.stacks.forEach((stack, limits) -> {
			apply.accept(stack, limits);
			this.stacks.remove(stack, limits);
		});
	}

	/**
	 * Returns whether there is a limit that waits to be applied.
	 */
	public boolean setAny() {
		return this.stacks.values().stream().anyMatch(StackLimits::setAny)
				|| this.families.values().stream().anyMatch(StackLimits::setAny);
	}

}
