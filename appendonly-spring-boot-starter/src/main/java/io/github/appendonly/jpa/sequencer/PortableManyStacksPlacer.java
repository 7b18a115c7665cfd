package io.github.appendonly.jpa.sequencer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import io.github.appendonly.Position;
import io.github.appendonly.internal.Errors;
import io.github.appendonly.jpa.transaction.DatabaseFailures;
import io.github.appendonly.jpa.transaction.Transactions;
import org.jspecify.annotations.Nullable;

/**
 * Places the batches of many stacks one after the other, in one internal transaction.
 */
final class PortableManyStacksPlacer implements ManyStacksPlacer {

	/*
	 * A batch that fails may have written something before. So the transaction is rolled
	 * back, and begins anew without that batch. Rows are created only if there is nothing
	 * else to place: on H2, that waits for another transaction that creates the same row.
	 */

	private final Transactions transactions;

	private final TransactionalPlacer placer;

	PortableManyStacksPlacer(Transactions transactions, TransactionalPlacer placer) {
		this.transactions = transactions;
		this.placer = placer;
	}

	@Override
	public void place(List<Batch> batches) {
		List<Batch> rest = new ArrayList<>(batches);
		while (!rest.isEmpty()) {
			AtomicReference<@Nullable Batch> current = new AtomicReference<>();
			try {
				Map<Batch, List<Position>> positions = this.transactions
					.inOwnStatelessOnce(() -> placeAll(rest, current));
				rest.forEach(Batch::committed);
				positions.forEach(Batch::placed);
				return;
			}
			catch (RuntimeException | Error ex) {
				rest.forEach(Batch::dropPlan);
				Batch failed = current.get();
				if (failed == null || isLasting(ex)) {
					rest.forEach((batch) -> settle(batch, failed == null, ex));
					return;
				}
				rest.remove(failed);
			}
		}
	}

	private Map<Batch, List<Position>> placeAll(List<Batch> batches, AtomicReference<@Nullable Batch> current) {
		TransactionalPlacer.Mode mode = new TransactionalPlacer.Mode(true, true, false, batches.size() == 1);
		Map<Batch, List<Position>> placed = new LinkedHashMap<>();
		for (Batch batch : batches) {
			current.set(batch);
			try {
				this.placer.place(batch, mode).ifPresent((positions) -> placed.put(batch, positions));
			}
			catch (StackBusyException ex) {
				// Nothing is written. It is placed alone, where it may wait
			}
		}
		current.set(null);
		return placed;
	}

	private static boolean isLasting(Throwable failure) {
		return Errors.endJvm(failure)
				|| (DatabaseFailures.isOfDatabase(failure) && !DatabaseFailures.isTransient(failure));
	}

	/**
	 * Records a failure that every other attempt would have as well, or after which
	 * another attempt would be wrong.
	 * @param committing whether all batches were written
	 */
	private static void settle(Batch batch, boolean committing, Throwable failure) {
		boolean uncertain = committing && !Errors.endJvm(failure)
				&& (failure instanceof Error || DatabaseFailures.isUncertainCommit(failure));
		Optional<Throwable> last = uncertain ? Optional.of(Batch.uncertain(batch.stack(), failure, true))
				: isLasting(failure) ? Optional.of(failure) : Optional.empty();
		last.ifPresent(batch::failed);
	}

}
