package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.sequencer.plan.StackDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import io.github.appendonly.Position;
import io.github.appendonly.jpa.transaction.DelayingExecutor;
import io.github.appendonly.jpa.transaction.ShutdownGate;
import io.github.appendonly.jpa.transaction.Tenants;
import org.jspecify.annotations.Nullable;

/**
 * The stacks whose inboxes are to be placed in the background. They are gathered for some
 * milliseconds, and then placed together.
 * <p>
 * All methods may be called by many threads at once.
 */
final class Waking {

	/*
	 * What is gathered for longer takes fewer commits. So the time is longer while
	 * transactions commit at a rate of at least one a millisecond. A read does not wait
	 * for that time: it places what it needs.
	 */

	private static final Duration GATHERING_TIME = Duration.ofMillis(5);

	private static final Duration LONG_GATHERING_TIME = Duration.ofMillis(20);

	/**
	 * The stacks of one tenant. Only one thread at a time changes it.
	 */
	private static final class Woken {

		private final Map<Object, StackDefinition<?>> stacks = new ConcurrentHashMap<>();

		private int commits;

		private boolean busy;

		private boolean scheduled;

		private boolean urgent;

		/**
		 * Adds a stack.
		 * @return whether it was not there yet
		 */
		boolean add(Object key, StackDefinition<?> definition) {
			return this.stacks.put(key, definition) == null;
		}

		/**
		 * Returns whether a task is to be scheduled that takes the stacks.
		 */
		boolean schedule(boolean urgent) {
			boolean needed = !this.scheduled || (urgent && !this.urgent);
			this.scheduled = true;
			this.urgent |= urgent;
			return needed;
		}

		Duration gatheringTime() {
			return this.busy ? LONG_GATHERING_TIME : GATHERING_TIME;
		}

		List<StackDefinition<?>> take() {
			List<StackDefinition<?>> taken = List.copyOf(this.stacks.values());
			this.stacks.clear();
			this.scheduled = false;
			this.urgent = false;
			this.busy = this.commits >= gatheringTime().toMillis();
			this.commits = 0;
			return taken;
		}

	}

	private final Tenants tenants;

	private final DelayingExecutor executor;

	private final ShutdownGate gate;

	private final Function<List<StackDefinition<?>>, List<CompletableFuture<Position>>> placing;

	private final Map<Object, Woken> woken = new ConcurrentHashMap<>();

	/**
	 * Creates an empty set.
	 * @param executor runs the tasks that place inboxes
	 * @param gate counts the stacks that are not placed yet
	 * @param placing places inboxes; it returns a future for each
	 */
	Waking(Tenants tenants, DelayingExecutor executor, ShutdownGate gate,
			Function<List<StackDefinition<?>>, List<CompletableFuture<Position>>> placing) {
		this.tenants = tenants;
		this.executor = executor;
		this.gate = gate;
		this.placing = placing;
	}

	/**
	 * Adds a stack on which a transaction has pushed that has just committed. This never
	 * waits and never fails.
	 */
	void addCommitted(StackDefinition<?> definition) {
		add(definition, false);
	}

	/**
	 * Adds a stack that is placed at once, together with all others. This never waits and
	 * never fails.
	 */
	void addUrgent(StackDefinition<?> definition) {
		add(definition, true);
	}

	private void add(StackDefinition<?> definition, boolean urgent) {
		Object tenant = tenant();
		Object key = this.tenants.key(definition.name());
		AtomicReference<@Nullable Duration> delay = new AtomicReference<>();
		this.woken.compute(tenant, (id, present) -> {
			Woken all = (present != null) ? present : new Woken();
			all.commits += urgent ? 0 : 1;
			if (all.stacks.containsKey(key) && !urgent) {
				return all;
			}
			if (!this.gate.enter()) {
				return present;
			}
			if (!all.add(key, definition)) {
				this.gate.leave();
			}
			if (all.schedule(urgent)) {
				delay.set(urgent ? Duration.ZERO : all.gatheringTime());
			}
			return all;
		});
		if (delay.get() != null) {
			schedule(tenant, delay.get());
		}
	}

	private void schedule(Object tenant, Duration delay) {
		try {
			this.executor.execute(() -> placeAll(tenant), delay);
		}
		catch (Throwable ex) { // also if there is no memory for a thread
			take(tenant).forEach((definition) -> this.gate.leave());
			end(tenant);
			if (!(ex instanceof RejectedExecutionException)) {
				throw ex;
			}
		}
	}

	private Object tenant() {
		return this.tenants.key("");
	}

	@SuppressWarnings("FutureReturnValueIgnored") // the batches report their failures
	private void placeAll(Object tenant) {
		List<StackDefinition<?>> taken = take(tenant);
		List<CompletableFuture<Position>> placed = List.of();
		try {
			if (!taken.isEmpty()) {
				placed = this.placing.apply(taken);
			}
		}
		finally {
			placed.forEach((future) -> future.whenComplete((position, failure) -> this.gate.leave()));
			for (int i = placed.size(); i < taken.size(); i++) {
				this.gate.leave();
			}
			end(tenant);
		}
	}

	private List<StackDefinition<?>> take(Object tenant) {
		List<StackDefinition<?>> taken = new ArrayList<>();
		this.woken.computeIfPresent(tenant, (id, all) -> {
			taken.addAll(all.take());
			return all;
		});
		return taken;
	}

	/**
	 * Forgets a tenant of which nothing is woken.
	 */
	private void end(Object tenant) {
		this.woken.computeIfPresent(tenant, (id, all) -> all.scheduled ? all : null);
	}

	/**
	 * Returns whether a stack is to be placed.
	 * @param key the key of the stack
	 */
	boolean contains(Object key) {
		Woken all = this.woken.get(tenant());
		return all != null && all.stacks.containsKey(key);
	}

}
