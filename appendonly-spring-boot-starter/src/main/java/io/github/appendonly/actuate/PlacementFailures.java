package io.github.appendonly.actuate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.github.appendonly.jpa.sequencer.Batch;
import io.github.appendonly.jpa.sequencer.SequencerListener;

/**
 * Remembers the stacks whose items this node could not place, or whose layers it could
 * not prune, with the reasons. A stack is forgotten as soon as that has succeeded. Also
 * remembers the stacks with rows that were set aside.
 */
public final class PlacementFailures implements SequencerListener {

	/** Beyond this number, the problem is not one of single stacks. */
	private static final int MAX_STACKS = 100;

	private final Map<String, Throwable> unplaced = new ConcurrentHashMap<>();

	private final Map<String, Throwable> unpruned = new ConcurrentHashMap<>();

	private final Set<String> withRowsSetAside = ConcurrentHashMap.newKeySet();

	Map<String, Throwable> unplaced() {
		return Map.copyOf(this.unplaced);
	}

	Map<String, Throwable> unpruned() {
		return Map.copyOf(this.unpruned);
	}

	Set<String> withRowsSetAside() {
		return Set.copyOf(this.withRowsSetAside);
	}

	@Override
	public void setAside(String stack, long firstId, String reason) {
		if (this.withRowsSetAside.size() < MAX_STACKS) {
			this.withRowsSetAside.add(stack);
		}
	}

	/**
	 * Forgets that rows of a stack's inbox were set aside.
	 */
	void noneSetAside(String stack) {
		this.withRowsSetAside.remove(stack);
	}

	@Override
	public void notPlaced(String stack, Throwable cause) {
		remember(this.unplaced, stack, cause);
	}

	@Override
	public void notPruned(String stack, Throwable cause) {
		remember(this.unpruned, stack, cause);
	}

	private static void remember(Map<String, Throwable> failures, String stack, Throwable cause) {
		if (failures.size() < MAX_STACKS || failures.containsKey(stack)) {
			failures.put(stack, cause);
		}
	}

	@Override
	public Consumer<Batch> begun(String stack, List<Object> origins) {
		Optional<Throwable> known = Optional.ofNullable(this.unplaced.get(stack));
		return (batch) -> {
			if (known.isPresent() && batch.failure().isEmpty()) {
				placed(stack, known.get());
			}
		};
	}

	@Override
	public void pruned(String stack, int layers, int archived) {
		this.unpruned.remove(stack);
	}

	/**
	 * Forgets a failure, unless a later one has replaced it.
	 */
	void placed(String stack, Throwable cause) {
		this.unplaced.remove(stack, cause);
	}

	/**
	 * Forgets a failure, unless a later one has replaced it.
	 */
	void pruned(String stack, Throwable cause) {
		this.unpruned.remove(stack, cause);
	}

}
