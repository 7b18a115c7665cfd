package io.github.appendonly.jpa.retention;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Function;
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

	private final Function<String, StackLimits> own;

	/**
	 * Creates the limits of a node.
	 * @param own returns the limits that the handles of a stack have set, without those
	 * of its family
	 */
	public PendingLimits(Function<String, StackLimits> own) {
		this.own = own;
	}

	/**
	 * Adds the limits of a handle.
	 */
	public void add(String stack, StackLimits limits) {
		if (!limits.equals(StackLimits.NONE) && this.stacks.size() < MAX_STACKS) {
			this.stacks.put(stack, limits);
		}
	}

	/**
	 * Adds the limits of a family, unless its members have them already. A family whose
	 * limits are removed removes none of its members'.
	 */
	public void addFamily(String prefix, StackLimits limits) {
		if (limits.equals(this.applied.get(prefix)) || !limits.setAny()) {
			this.families.remove(prefix);
		}
		else {
			this.families.put(prefix, limits);
		}
	}

	/**
	 * Takes all limits of families out.
	 * @param apply applies them; if it returns false, they stay
	 */
	void takeFamilies(BiPredicate<String, StackLimits> apply) {
		this.families.forEach((prefix, limits) -> {
			if (apply.test(prefix, limits)) {
				this.applied.put(prefix, limits);
				this.families.remove(prefix, limits);
			}
		});
	}

	/**
	 * Takes all limits of stacks out.
	 * @param apply applies them; if it returns false, they stay
	 */
	void takeStacks(BiPredicate<String, StackLimits> apply) {
		this.stacks.forEach((stack, limits) -> {
			if (apply.test(stack, limits)) {
				this.stacks.remove(stack, limits);
			}
		});
	}

	/**
	 * Takes the limits of a stack out, if there are any.
	 * @param apply applies them; if it fails, they stay
	 */
	void take(String stack, BiConsumer<String, StackLimits> apply) {
		StackLimits limits = this.stacks.get(stack);
		if (limits != null) {
			apply.accept(stack, limits);
			this.stacks.remove(stack, limits);
		}
	}

	/**
	 * Returns the limits that the handles of a stack have on this node, without those of
	 * its family.
	 */
	StackLimits own(String stack) {
		return this.own.apply(stack);
	}

	/**
	 * Returns whether there is a limit that waits to be applied.
	 */
	public boolean setAny() {
		return this.stacks.values().stream().anyMatch(StackLimits::setAny)
				|| this.families.values().stream().anyMatch(StackLimits::setAny);
	}

}
