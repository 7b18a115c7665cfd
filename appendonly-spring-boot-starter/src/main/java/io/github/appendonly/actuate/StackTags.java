package io.github.appendonly.actuate;

import java.util.Collection;
import java.util.Set;

/**
 * Keeps the number of values of the tag {@code stack} within bounds: there may be
 * millions of stacks, one for each user.
 */
public final class StackTags {

	/** The value that all stacks share that are not named. */
	public static final String OTHER = "other";

	private final Set<String> named;

	/**
	 * Tags for some stacks.
	 * @param named the names of those that have a value of their own
	 */
	public StackTags(Collection<String> named) {
		this.named = Set.copyOf(named);
	}

	Set<String> named() {
		return this.named;
	}

	String of(String stack) {
		return this.named.contains(stack) ? stack : OTHER;
	}

}
