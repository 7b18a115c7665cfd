package io.github.appendonly.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.appendonly.jpa.StackStatus;
import io.github.appendonly.jpa.StructureOperations;
import io.github.appendonly.jpa.repository.SetAside;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Reports down while items wait that this node has failed to place, and while a stack has
 * layers beyond its bounds because its pruner failed. Also names the stacks with rows
 * that were set aside, and says when placing is behind; that alone does not make it down,
 * because pushes and reads work.
 * <p>
 * Queries the database only about stacks that have failed, and only about a few of them.
 * Another node may have placed the items that this one could not.
 */
public final class AppendOnlyHealthIndicator extends AbstractHealthIndicator {

	private static final int MAX_DETAILS = 10;

	/** Placing usually takes milliseconds. */
	private static final Duration BEHIND = Duration.ofSeconds(10);

	private final StructureOperations operations;

	private final PlacementFailures failures;

	/**
	 * Creates the indicator.
	 * @param operations the operations on the structures
	 * @param failures the failures of this node
	 */
	public AppendOnlyHealthIndicator(StructureOperations operations, PlacementFailures failures) {
		super("The inboxes cannot be queried");
		this.operations = operations;
		this.failures = failures;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Map<String, String> unplaced = new TreeMap<>();
		this.failures.unplaced().forEach((stack, cause) -> {
			if (unplaced.size() < MAX_DETAILS) {
				if (this.operations.waiting(stack) > 0) {
					unplaced.put(stack, cause.toString());
				}
				else {
					this.failures.placed(stack, cause);
				}
			}
		});
		Map<String, String> unpruned = new TreeMap<>();
		this.failures.unpruned().forEach((stack, cause) -> {
			if (unpruned.size() < MAX_DETAILS) {
				StackStatus status = this.operations.status(stack);
				if (status.layers().size() > status.bounds().maxLayers()) {
					unpruned.put(stack, cause.toString());
				}
				else {
					this.failures.pruned(stack, cause);
				}
			}
		});
		Map<String, String> setAside = new TreeMap<>();
		this.failures.withRowsSetAside().forEach((stack) -> {
			if (setAside.size() < MAX_DETAILS) {
				List<SetAside> first = this.operations.setAside(stack, 1);
				first.forEach((row) -> setAside.put(stack, "row " + row.inboxId() + ": " + row.reason()));
				if (first.isEmpty()) {
					this.failures.noneSetAside(stack);
				}
			}
		});
		builder.status((unplaced.isEmpty() && unpruned.isEmpty()) ? "UP" : "DOWN");
		describe(builder, "notPlaced", unplaced);
		describe(builder, "notPruned", unpruned);
		describe(builder, "setAside", setAside);
		describe(builder, "behind", behind());
	}

	private Map<String, String> behind() {
		Map<String, String> behind = new TreeMap<>();
		this.operations.longestWait().filter((wait) -> wait.compareTo(BEHIND) >= 0).ifPresent((wait) -> {
			behind.put("longestWait", wait.toString());
			behind.put("transactions", "at least " + this.operations.waitingTransactions());
		});
		return behind;
	}

	private static void describe(Health.Builder builder, String key, Map<String, String> causes) {
		if (!causes.isEmpty()) {
			builder.withDetail(key, causes);
		}
	}

}
