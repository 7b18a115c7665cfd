package io.github.appendonly.actuate;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The values of the tag {@code stack}, or {@code accumulator}. Their number is limited,
 * since there may be millions of stacks, such as one per user. All members of a family
 * share one value: its prefix with an asterisk, such as {@code feed-*}.
 */
public final class StackTags {

	/** The value that all other stacks share. */
	public static final String OTHER = "other";

	/** The maximum number of families that have their own value. */
	private static final int MAX_FAMILIES = 100;

	private final Set<String> named;

	private final Function<String, Optional<String>> families;

	private final Map<String, String> familyTags = new ConcurrentHashMap<>();

	/**
	 * Creates the tags of stacks that are in no family.
	 * @param named the names of the stacks that have their own value
	 */
	public StackTags(Collection<String> named) {
		this(named, (stack) -> Optional.empty());
	}

	/**
	 * Creates the tags.
	 * @param named the names of the stacks that have their own value
	 * @param families returns the prefix of the family of a stack
	 */
	public StackTags(Collection<String> named, Function<String, Optional<String>> families) {
		this.named = Set.copyOf(named);
		this.families = families;
	}

	Set<String> named() {
		return this.named;
	}

	String of(String stack) {
		return this.named.contains(stack) ? stack : this.families.apply(stack).map(this::ofFamily).orElse(OTHER);
	}

	private String ofFamily(String prefix) {
		String tag = this.familyTags.get(prefix);
		if (tag == null && this.familyTags.size() < MAX_FAMILIES) {
			tag = this.familyTags.computeIfAbsent(prefix, StackTags::ofMembers);
		}
		return (tag != null) ? tag : OTHER;
	}

	static String ofMembers(String prefix) {
		return prefix + "*";
	}

}
