package io.github.appendonly.jpa.sequencer;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

import io.github.appendonly.jpa.family.Prefixes;
import io.github.appendonly.jpa.sequencer.plan.BatchPlan;
import io.github.appendonly.jpa.sequencer.plan.Retention;
import io.github.appendonly.jpa.table.StackHead;
import io.github.appendonly.jpa.table.SubscriberTable;
import io.github.appendonly.jpa.transaction.Transactions;

/**
 * Lets stacks keep layers that their durable subscribers have not handled. The numbers
 * hold for all handles of this node, and for its operators.
 */
public final class Retentions {

	/*
	 * The subscribers are asked only when a batch would prune without them. If a cursor
	 * moves after that, the next batch prunes what it has let go.
	 *
	 * Numbers are never forgotten: a handle may be gone when its items are placed.
	 */

	private final Transactions transactions;

	private final SubscriberTable subscribers;

	private final Map<String, Integer> layers = new ConcurrentHashMap<>();

	private final Prefixes<Integer> families = new Prefixes<>();

	Retentions(Transactions transactions, SubscriberTable subscribers) {
		this.transactions = transactions;
		this.subscribers = subscribers;
	}

	/**
	 * Sets the maximum number of layers that a stack keeps beyond its bounds.
	 * @param stack the name of the stack
	 * @param number the number; 0 if it keeps none
	 */
	public void set(String stack, int number) {
		if (number > 0) {
			this.layers.put(stack, number);
		}
		else {
			this.layers.remove(stack);
		}
	}

	/**
	 * Returns the generation from which on a stack and its archive must keep their
	 * layers, as a statement of the calling thread's transaction sees it. It is above all
	 * generations if nothing must be kept.
	 * @param fits returns the oldest generation that retention would keep
	 */
	public long oldestHeld(String stack, StackHead head, LongSupplier fits) {
		int number = of(stack, head);
		if (number == 0) {
			return Long.MAX_VALUE;
		}
		return this.transactions.onConnection((connection) -> this.subscribers.hindmost(connection, stack))
			.map((row) -> new Retention(number, row.cursor(),
					(row.cursor().generation() < head.oldestGeneration()) ? Integer.MAX_VALUE : row.layerLength()))
			.map((retention) -> retention.oldest(fits.getAsLong()))
			.orElse(Long.MAX_VALUE);
	}

	/**
	 * Sets the maximum number for all stacks whose names begin with a prefix. A number of
	 * a stack itself, and that of its row, count before it.
	 * @param prefix the beginning of the names
	 * @param number the number; 0 if they keep none
	 */
	public void setAll(String prefix, int number) {
		if (number > 0) {
			this.families.put(prefix, number);
		}
		else {
			this.families.remove(prefix);
		}
	}

	/**
	 * Returns the stack's own number of this node, or else that of its row, or else that
	 * of its family.
	 */
	private int of(String stack, StackHead head) {
		Integer number = this.layers.get(stack);
		if (number != null) {
			return number;
		}
		Long stored = head.limits().keepForSubscribers();
		Integer ofFamily = (stored == null) ? this.families.find(stack) : null;
		return (stored != null) ? (int) Math.min(Integer.MAX_VALUE, stored) : (ofFamily != null) ? ofFamily : 0;
	}

	/**
	 * Plans a batch that is written in the transaction of the calling thread.
	 * @param stack the name of the stack
	 * @param planner returns the plan with what the stack keeps beyond its bounds
	 */
	BatchPlan plan(String stack, Function<Optional<Retention>, BatchPlan> planner) {
		BatchPlan plan = planner.apply(Optional.empty());
		return asks(stack, plan)
				? this.transactions.onConnection((connection) -> planAgain(connection, stack, plan, planner)) : plan;
	}

	/**
	 * Plans a batch that is written on a connection.
	 * @param connection the connection
	 * @param stack the name of the stack
	 * @param planner returns the plan with what the stack keeps beyond its bounds
	 */
	BatchPlan plan(Connection connection, String stack, Function<Optional<Retention>, BatchPlan> planner)
			throws SQLException {
		BatchPlan plan = planner.apply(Optional.empty());
		return asks(stack, plan) ? planAgain(connection, stack, plan, planner) : plan;
	}

	private boolean asks(String stack, BatchPlan plan) {
		return !plan.prunings().isEmpty() && of(stack, plan.after(0)) > 0;
	}

	private BatchPlan planAgain(Connection connection, String stack, BatchPlan plan,
			Function<Optional<Retention>, BatchPlan> planner) throws SQLException {
		int number = of(stack, plan.after(0));
		return planner.apply(this.subscribers.hindmost(connection, stack)
			.map((row) -> new Retention(number, row.cursor(), row.layerLength())));
	}

}
