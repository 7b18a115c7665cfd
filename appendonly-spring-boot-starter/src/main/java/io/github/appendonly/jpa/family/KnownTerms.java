package io.github.appendonly.jpa.family;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.github.appendonly.Family;
import io.github.appendonly.jpa.table.StackLimits;
import io.github.appendonly.jpa.table.StackTerms;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The terms that handles and families of this node have set. A stack is made with them,
 * whichever handle pushes first. From then on, its row has its terms: a handle that lacks
 * a term leaves it as it is.
 * <p>
 * All methods may be called by many threads at once.
 */
public final class KnownTerms {

	/*
	 * To make a handle costs no statement, so a stack's row cannot have the terms of its
	 * handles before the first push. They are remembered here until then. They never
	 * apply to a row that is there: another node may have changed it since.
	 *
	 * Families are few and remembered for good, and so are the first stacks, which
	 * include the beans. Of the others, those are forgotten that have had no new handle
	 * for longest.
	 *
	 * Terms that contradict each other are reported, each pair of values once. Whoever
	 * wants layers archived wins: nothing is lost by that.
	 */

	/** The terms of nobody. None are ever added. */
	public static final KnownTerms NONE = new KnownTerms(0, 0);

	private static final Log logger = LogFactory.getLog(KnownTerms.class);

	/** The number of stacks that are remembered for good. */
	private static final int FIRST = 1_000;

	/** The memory that the terms of a stack take, in bytes, roughly. */
	private static final int SIZE = 400;

	/** The part of the heap that the terms of other stacks may take. */
	private static final int HEAP_SHARE = 100;

	/** The maximum number of contradictions that are reported. */
	private static final int REPORTS = 50;

	private final Prefixes<StackTerms> families = new Prefixes<>();

	private final int maxFirst;

	private final Map<String, StackTerms> first = new HashMap<>();

	private final Map<String, StackTerms> others;

	private final Set<String> reported = new HashSet<>();

	private boolean tooMany;

	/**
	 * Creates the terms of a node. None are known yet.
	 */
	public KnownTerms() {
		this(FIRST, (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / HEAP_SHARE / SIZE));
	}

	/**
	 * @param maxFirst the number of stacks that are remembered for good
	 * @param maxOthers the number of other stacks after which the oldest are forgotten
	 */
	KnownTerms(int maxFirst, int maxOthers) {
		this.maxFirst = maxFirst;
		this.others = new LinkedHashMap<>() {

			@Override
			protected boolean removeEldestEntry(Map.Entry<String, StackTerms> eldest) {
				return size() > maxOthers;
			}

		};
	}

	/**
	 * Adds the terms of a handle.
	 * @param stack the name of the stack
	 * @param terms the terms
	 */
	public synchronized void add(String stack, StackTerms terms) {
		if (terms.equals(StackTerms.NONE)) {
			return;
		}
		StackTerms family = family(stack);
		if (family != null) {
			compare("stack '" + stack + "' and its family '" + familyOf(stack).orElseThrow() + "'", family, terms);
		}
		StackTerms before = stack(stack);
		if (before != null) {
			compare("stack '" + stack + "'", before, terms);
		}
		remember(stack, (before != null) ? terms.with(before) : terms);
	}

	/**
	 * Adds the terms of a family.
	 * @param prefix the beginning of the names of its stacks
	 * @param terms the terms
	 */
	public synchronized void addFamily(String prefix, StackTerms terms) {
		StackTerms before = this.families.get(prefix);
		if (before == null) {
			this.families.prefixOf(prefix).ifPresent((shorter) -> reportShared(shorter, prefix));
			this.families.longerThan(prefix).ifPresent((longer) -> reportShared(prefix, longer));
		}
		else {
			compare("family '" + prefix + "'", before, terms);
		}
		if (!this.families.put(prefix, (before != null) ? terms.with(before) : terms) && !this.tooMany) {
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

	private void compare(String structures, StackTerms one, StackTerms other) {
		List<String> contradictions = one.contradictions(other);
		String text = String.join(", ", contradictions);
		if (contradictions.isEmpty() || this.reported.size() > REPORTS || !this.reported.add(text)) {
			return;
		}
		logger.warn("Handles of " + structures + " contradict each other: " + text
				+ ". Each push applies the settings of its handle, so the last one decides. Make the settings in one"
				+ " place, and use handles without settings elsewhere. These values are reported once"
				+ ((this.reported.size() > REPORTS) ? ". No other contradictions will be reported" : ""));
	}

	/**
	 * Returns the terms that a stack without a row is made with.
	 * @param stack the name of the stack
	 * @param own the terms of the push that makes it
	 */
	public StackTerms ofNew(String stack, StackTerms own) {
		return own.areComplete() ? own : own.orElse(known(stack));
	}

	private synchronized StackTerms known(String stack) {
		StackTerms known = stack(stack);
		StackTerms family = family(stack);
		if (known == null || family == null) {
			return (known != null) ? known : (family != null) ? family : StackTerms.NONE;
		}
		return known.with(family);
	}

	/**
	 * Returns the limits that the handles of a stack have set, without those of its
	 * family.
	 */
	public synchronized StackLimits limits(String stack) {
		StackTerms known = stack(stack);
		return (known != null) ? known.limits() : StackLimits.NONE;
	}

	/**
	 * Returns the prefix of the family that a stack is a member of.
	 */
	public Optional<String> familyOf(String stack) {
		return isMember(stack) ? this.families.prefixOf(stack) : Optional.empty();
	}

	private @Nullable StackTerms family(String stack) {
		return isMember(stack) ? this.families.find(stack) : null;
	}

	/**
	 * Returns whether a stack may be a member. What a subscriber has parked is not one,
	 * although its name begins like the member's.
	 */
	private static boolean isMember(String stack) {
		return !stack.endsWith(Family.RESERVED);
	}

	private @Nullable StackTerms stack(String name) {
		StackTerms known = this.first.get(name);
		return (known != null) ? known : this.others.get(name);
	}

	private void remember(String name, StackTerms terms) {
		if (this.first.size() < this.maxFirst || this.first.containsKey(name)) {
			this.first.put(name, terms);
		}
		else {
			this.others.remove(name);
			this.others.put(name, terms);
		}
	}

}
