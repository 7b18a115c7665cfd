package io.github.appendonly.benchmarks.scenario;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Position;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.Check;
import io.github.appendonly.benchmarks.measure.Ledger;
import io.github.appendonly.benchmarks.measure.Operation;
import io.github.appendonly.benchmarks.measure.Worker;

/**
 * Producers that push without waiting, each with a number of pushes in flight.
 */
final class AsyncPushes implements Operation, Check {

	private final AppendStack<Order> stack;

	private final int inFlight;

	private final Map<Worker, Queue<CompletableFuture<Position>>> windows = new ConcurrentHashMap<>();

	AsyncPushes(AppendStack<Order> stack, int inFlight) {
		this.stack = stack;
		this.inFlight = inFlight;
	}

	/**
	 * Pushes as many items as may be in flight, and waits for the oldest.
	 */
	@Override
	public int run(Worker worker) {
		Queue<CompletableFuture<Position>> window = this.windows.computeIfAbsent(worker, (key) -> new ArrayDeque<>());
		while (window.size() < this.inFlight) {
			window.add(this.stack.pushAsync(worker.next()));
		}
		int done = 0;
		do {
			window.remove().join();
			done++;
		}
		while (!window.isEmpty() && window.element().isDone());
		return done;
	}

	/**
	 * Waits for the pushes that were in flight at the end of a round.
	 */
	@Override
	public void check(Ledger ledger) {
		this.windows.values().forEach((window) -> window.forEach(CompletableFuture::join));
		this.windows.clear();
	}

}
