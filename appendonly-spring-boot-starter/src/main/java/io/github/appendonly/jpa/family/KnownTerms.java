package io.github.appendonly.jpa.family;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import io.github.appendonly.Family;
import io.github.appendonly.jpa.table.StackTerms;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The terms that handles and families of this node have set. A handle that lacks a term
 * pushes with the one that is known. So a stack's first push creates it as somebody on
 * this node wants it, whichever handle pushes.
 * <p>
 * All methods may be called by many threads at once.
 */
public final class KnownTerms {

	/*
	 * A stack's row has its terms from its first push on, but it cannot have them before:
	 * to make a handle costs no statement. So the terms of handles are remembered here.
	 *
	 * Families are few and remembered for good. Stacks may be many, so those are
	 * forgotten that have had no new handle for longest: there are two maps, and when the
	 * younger one is full it becomes the older one.
	 *
	 * Terms that contradict each other are reported once, for a stack or for a family.
	 * Whoever wants layers archived wins: nothing is lost by that.
	 */

	/** The terms of nobody. None are ever added. */
	public static final KnownTerms NONE = new KnownTerms(0);

	private static final Log logger = LogFactory.getLog(KnownTerms.class);

	/** The memory that the terms of a stack take, in bytes, roughly. */
	private static final int SIZE = 400;

	/** The part of the heap that the terms of stacks may take. */
	private static final int HEAP_SHARE = 100;

	private static final int DEFAULT_MAX = (int) Math.min(Integer.MAX_VALUE,
			Runtime.getRuntime().maxMemory() / HEAP_SHARE / SIZE / 2);

	/**
	 * What is known of a stack, or of a family.
	 *
	 * @param terms the terms
	 * @param reported whether a contradiction was reported
	 */
	private record Known(StackTerms terms, boolean reported) {
	}

	private final Prefixes<Known> families = new Prefixes<>();

	private final int max;

	private volatile Map<String, Known> young = new ConcurrentHashMap<>();

	private volatile Map<String, Known> old = Map.of();

	private volatile boolean tooMany;

	/**
	 * Creates the terms of a node. None are known yet.
	 */
	public KnownTerms() {
		this(DEFAULT_MAX);
	}

	/**
	 * @param max the number of stacks after which the oldest are forgotten
	 */
	KnownTerms(int max) {
		this.max = max;
	}

	/**
	 * Adds the terms of a handle.
	 * @param stack the name of the stack
	 * @param terms the terms
	 */
	public void add(String stack, StackTerms terms) {
		if (terms.equals(StackTerms.NONE)) {
			return;
		}
		familyOf(stack).ifPresent((prefix) -> compareWithFamily(prefix, stack, terms));
		Known before = stack(stack);
		Known now = merged("stack '" + stack + "'", before, terms);
		if (!now.equals(before)) {
			remember(stack, now);
		}
	}

	private void compareWithFamily(String prefix, String stack, StackTerms terms) {
		Known family = this.families.get(prefix);
		if (family != null && !family.reported() && isContradiction(family.terms(), terms)) {
			this.families.put(prefix, new Known(family.terms(), true));
			report("stack '" + stack + "' and its family '" + prefix + "'", family.terms(), terms);
		}
	}

	/**
	 * Adds the terms of a family.
	 * @param prefix the beginning of the names of its stacks
	 * @param terms the terms
	 */
	public void addFamily(String prefix, StackTerms terms) {
		Known before = this.families.get(prefix);
		Known now = merged("family '" + prefix + "'", before, terms);
		if (before == null) {
			this.families.prefixOf(prefix).ifPresent((shorter) -> reportShared(shorter, prefix));
			this.families.longerThan(prefix).ifPresent((longer) -> reportShared(prefix, longer));
		}
		if (!now.equals(before) && !this.families.put(prefix, now) && !this.tooMany) {
			this.tooMany = true;
			logger.warn("There are more than " + Prefixes.MAX + " families of stacks, the last one with the prefix '"
					+ prefix + "'. Its settings are those of its own handles alone, and it has no meters of its own."
					+ " Make one family of them, with longer members");
		}
	}

	private static void reportShared(String shorter, String longer) {
		logger.warn("The families '" + shorter + "' and '" + longer + "' share members: names that begin with '"
				+ longer + "' belong to both. Change one of the two prefixes");
	}

	private Known merged(String structure, @Nullable Known before, StackTerms terms) {
		if (before == null) {
			return new Known(terms, false);
		}
		boolean reports = !before.reported() && isContradiction(before.terms(), terms);
		if (reports) {
			report(structure, before.terms(), terms);
		}
		return new Known(terms.with(before.terms()), before.reported() || reports);
	}

	private static boolean isContradiction(StackTerms one, StackTerms other) {
		return !one.contradictions(other).isEmpty();
	}

	private static void report(String structures, StackTerms one, StackTerms other) {
		logger.warn("Handles of " + structures + " contradict each other: "
				+ String.join(", ", one.contradictions(other))
				+ ". Each push applies the settings of its handle, so the last one decides. Make the settings in one"
				+ " place, and use handles without settings elsewhere. This is reported once");
	}

	/**
	 * Completes the terms of a handle with what is known.
	 * @param stack the name of the stack
	 * @param own the terms of the handle
	 */
	public StackTerms completed(String stack, StackTerms own) {
		if (own.areComplete()) {
			return own;
		}
		Known known = stack(stack);
		Known family = isMember(stack) ? this.families.find(stack) : null;
		if (known == null || family == null) {
			return (known != null) ? own.orElse(known.terms()) : (family != null) ? own.orElse(family.terms()) : own;
		}
		return own.orElse(known.terms().with(family.terms()));
	}

	/**
	 * Returns the prefix of the family that a stack is a member of.
	 */
	public Optional<String> familyOf(String stack) {
		return isMember(stack) ? this.families.prefixOf(stack) : Optional.empty();
	}

	/**
	 * Returns whether a stack may be a member. What a subscriber has parked is not one,
	 * although its name begins like the member's.
	 */
	private static boolean isMember(String stack) {
		return !stack.endsWith(Family.RESERVED);
	}

	private @Nullable Known stack(String name) {
		Known known = this.young.get(name);
		return (known != null) ? known : this.old.get(name);
	}

	private void remember(String name, Known known) {
		if (this.young.size() >= this.max) {
			this.old = this.young;
			this.young = new ConcurrentHashMap<>();
		}
		this.young.put(name, known);
	}

}
