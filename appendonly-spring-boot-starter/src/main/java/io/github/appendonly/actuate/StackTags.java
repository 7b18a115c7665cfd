package io.github.appendonly.actuate;

import java.util.Collection;
import java.util.Set;

/**
 * The values of the tag {@code stack}, or {@code accumulator}. Their number is limited,
 * since there may be millions of stacks, such as one per user.
 */
public final class StackTags {

	/** The value that all other stacks share. */
	public static final String OTHER = "other";

	private final Set<String> named;

	/**
	 * Creates the tags.
	 * @param named the names of the stacks that have their own value
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
