package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.sequencer.plan.PushRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.appendonly.UncertainCommitException;
import org.jspecify.annotations.Nullable;

/**
 * Notifies the listeners of a sequencer. If a listener fails, the failure is logged and
 * ignored.
 */
public final class SequencerListeners {

	private final List<SequencerListener> listeners;

	private final FailureLog failures;

	SequencerListeners(List<SequencerListener> listeners, FailureLog failures) {
		this.listeners = List.copyOf(listeners);
		this.failures = failures;
	}

	/**
	 * Returns a request with its origin, if a listener provides one.
	 */
	public <T> PushRequest<T> withOrigin(PushRequest<T> request) {
		Object origin = origin();
		return (origin != null) ? request.from(origin) : request;
	}

	@Nullable Object origin() {
		for (SequencerListener listener : this.listeners) {
			Object origin = callSafely(listener::origin);
			if (origin != null) {
				return origin;
			}
		}
		return null;
	}

	/**
	 * Runs a push, and reports its outcome.
	 */
	public void push(String stack, SequencerListener.Way way, Runnable push) {
		long begun = System.nanoTime();
		run(push, (outcome) -> pushed(stack, way, outcome, begun));
	}

	/**
	 * Runs an append to an accumulator, and reports its outcome.
	 */
	public void append(String accumulator, boolean inTransaction, int items, Runnable append) {
		long begun = System.nanoTime();
		run(append, (outcome) -> {
			SequencerListener.Append ended = new SequencerListener.Append(accumulator, inTransaction, outcome, items,
					Duration.ofNanos(System.nanoTime() - begun));
			callEach((listener) -> listener.appended(ended));
		});
	}

	private void run(Runnable write, Consumer<SequencerListener.Outcome> report) {
		if (this.listeners.isEmpty()) {
			write.run();
			return;
		}
		SequencerListener.Outcome outcome = SequencerListener.Outcome.FAILURE;
		try {
			write.run();
			outcome = SequencerListener.Outcome.SUCCESS;
		}
		catch (UncertainCommitException ex) {
			outcome = SequencerListener.Outcome.UNCERTAIN;
			throw ex;
		}
		finally {
			report.accept(outcome);
		}
	}

	/**
	 * Reports that items were taken out of an accumulator.
	 */
	public void consumed(String accumulator, int items) {
		if (items > 0) {
			callEach((listener) -> listener.consumed(accumulator, items));
		}
	}

	/**
	 * Reports the outcome of an asynchronous push when it has ended.
	 * @param begun the time when the push began, in nanoseconds of
	 * {@link System#nanoTime()}
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // the caller has the future itself
	public <R> CompletableFuture<R> push(String stack, CompletableFuture<R> push, long begun) {
		if (!this.listeners.isEmpty()) {
			push.whenComplete((result, failure) -> {
				boolean uncertain = failure instanceof UncertainCommitException
						|| (failure != null && failure.getCause() instanceof UncertainCommitException);
				pushed(stack, SequencerListener.Way.GROUP_COMMIT,
						(failure == null) ? SequencerListener.Outcome.SUCCESS
								: uncertain ? SequencerListener.Outcome.UNCERTAIN : SequencerListener.Outcome.FAILURE,
						begun);
			});
		}
		return push;
	}

	private void pushed(String stack, SequencerListener.Way way, SequencerListener.Outcome outcome, long begun) {
		SequencerListener.Push push = new SequencerListener.Push(stack, way, outcome,
				Duration.ofNanos(System.nanoTime() - begun));
		callEach((listener) -> listener.pushed(push));
	}

	/**
	 * Reports that a batch begins.
	 * @param origins the origins of its pushes
	 * @return the actions to call when the batch has ended
	 */
	List<Consumer<SequencerListener.Batch>> begun(String stack, Supplier<List<Object>> origins) {
		if (this.listeners.isEmpty()) {
			return List.of();
		}
		List<Object> known = List.copyOf(origins.get());
		List<Consumer<SequencerListener.Batch>> ends = new ArrayList<>();
		for (SequencerListener listener : this.listeners) {
			Consumer<SequencerListener.Batch> end = callSafely(() -> listener.begun(stack, known));
			if (end != null) {
				ends.add(0, end);
			}
		}
		return ends;
	}

	void ended(List<Consumer<SequencerListener.Batch>> ends, SequencerListener.Batch batch) {
		ends.forEach((end) -> callSafely(() -> {
			end.accept(batch);
			return null;
		}));
	}

	/**
	 * Reports that a stack has rows that were set aside.
	 */
	public void setAside(String stack, long firstId, String reason) {
		callEach((listener) -> listener.setAside(stack, firstId, reason));
	}

	/**
	 * Reports that layers of a stack and its archive were removed because of their age or
	 * size.
	 */
	public void expired(String stack, int layers, int archivedLayers, long items) {
		callEach((listener) -> listener.expired(stack, layers, archivedLayers, items));
	}

	void callEach(Consumer<SequencerListener> news) {
		for (SequencerListener listener : this.listeners) {
			callSafely(() -> {
				news.accept(listener);
				return null;
			});
		}
	}

	private <R> @Nullable R callSafely(Supplier<@Nullable R> question) {
		try {
			return question.get();
		}
		catch (Throwable ex) { // assertions and checked exceptions too
			this.failures.warn("listener", "A listener of the sequencer has failed, and its failure is ignored", ex);
			return null;
		}
	}

}
