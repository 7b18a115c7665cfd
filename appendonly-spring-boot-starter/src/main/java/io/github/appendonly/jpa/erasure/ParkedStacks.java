package io.github.appendonly.jpa.erasure;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongBiFunction;

import io.github.appendonly.Position;
import io.github.appendonly.jpa.table.StackHead;
import io.github.appendonly.jpa.table.StoredLayers;
import io.github.appendonly.jpa.table.StructureTables;
import io.github.appendonly.jpa.table.SubscriberHead;
import io.github.appendonly.jpa.table.SubscriberTable;
import io.github.appendonly.jpa.transaction.Transactions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Finds what the durable subscribers of a stack keep of its items: parked items, and the
 * texts of failures, which may quote an item.
 */
public final class ParkedStacks {

	/*
	 * A subscriber parks an item, and records a failure, under a lock on its stack's row,
	 * and only if the item is not erased. So whoever had that lock before an item was
	 * erased is seen here, and whoever gets it later parks nothing. An item that the
	 * stack no longer has cannot be marked as erased. So after a first look, the lock is
	 * taken once, and a second look finds what was parked meanwhile.
	 */

	private static final Log logger = LogFactory.getLog(ParkedStacks.class);

	private final Transactions transactions;

	private final StructureTables tables;

	private final List<ParkedItems> forms = new CopyOnWriteArrayList<>();

	public ParkedStacks(Transactions transactions, StructureTables tables) {
		this.transactions = transactions;
		this.tables = tables;
	}

	public void add(ParkedItems form) {
		this.forms.add(form);
	}

	/**
	 * Changes what is parked of a stack: in the caller's transaction if there is one.
	 * @param change changes the items on a stack of parked items, and returns the number
	 * of those that cannot be read
	 */
	public void change(String stack, ToLongBiFunction<ParkedItems, String> change) {
		Set<String> known = known(stack);
		if (this.transactions.isActive()) {
			if (!known.isEmpty()) {
				this.tables.layersOfStack(stack).lock();
			}
		}
		else if (!known.isEmpty()) {
			names(stack, known).forEach((name) -> changeOne(name, change));
			this.transactions.inOwn(() -> this.tables.layersOfStack(stack).lock());
		}
		for (String name : names(stack, known)) {
			long unreadable = changeOne(name, change);
			if (unreadable > 0 && known.contains(name)) {
				logger.warn(unreadable + " entries on stack '" + name
						+ "' cannot be read, so nobody knows whether they should be erased or replaced."
						+ " Erase them by their positions, or drop the stack");
			}
		}
		forgetCauses(stack, null);
	}

	/**
	 * Replaces what is parked of an item, and forgets failures that may quote it.
	 * @param type the type of the items
	 */
	public <T> void replace(String stack, Type type, Position position, Replacement<T> replacement) {
		change(stack, (items, name) -> items.replace(name, type, position, replacement));
		forgetCauses(stack, position);
	}

	private long changeOne(String name, ToLongBiFunction<ParkedItems, String> change) {
		return this.forms.stream().mapToLong((form) -> change.applyAsLong(form, name)).sum();
	}

	private Set<String> known(String stack) {
		return new TreeSet<>(this.tables.subscribers().parkedStacks(stack));
	}

	/**
	 * Stacks of subscribers that were removed, and others with such a name, come with
	 * those of the subscribers.
	 */
	private Set<String> names(String stack, Set<String> known) {
		Set<String> names = new TreeSet<>(known);
		names.addAll(this.tables.nameScan().parkedOf(stack));
		return names;
	}

	/**
	 * Forgets why subscribers have failed, where that may quote an item that is erased or
	 * has another value now. In a transaction of the caller, it does not wait for
	 * subscribers that work: they lock their row before that of the stack.
	 * @param changed the position of an item that has another value
	 */
	private void forgetCauses(String stack, @Nullable Position changed) {
		List<SubscriberHead> failing = this.tables.subscribers().failing(stack);
		if (failing.isEmpty()) {
			return;
		}
		boolean waits = !this.transactions.isActive();
		this.transactions.inCallersOrOwn("the subscribers of stack '" + stack + "'", () -> {
			for (SubscriberHead row : failing) {
				Position at = row.failure().position();
				if (at == null || at.equals(changed) || isErased(stack, at)) {
					forgetCause(row, waits);
				}
			}
			return failing;
		});
	}

	private void forgetCause(SubscriberHead row, boolean waits) {
		SubscriberTable rows = this.tables.subscribers();
		if (waits || rows.lockFree(row.stack(), row.id()).isPresent()) {
			rows.forgetCause(row);
		}
	}

	/**
	 * Returns whether an archive is that of a stack, not one that only has the name.
	 */
	public boolean isArchiveOfStack(String name) {
		return this.tables.stacks().head(name).stream().anyMatch(StackHead::archived);
	}

	/**
	 * Returns whether the archive of a stack has a position.
	 */
	public boolean isArchived(String stack, Position position) {
		return isArchiveOfStack(stack) && this.transactions.inCallersOrOwn("archive '" + stack + "'",
				() -> this.tables.layersOfArchive(stack)
					.layer(position.generation())
					.stream()
					.anyMatch((layer) -> layer.holds(position)));
	}

	private boolean isErased(String stack, Position position) {
		return List.of(this.tables.layersOfStack(stack), this.tables.layersOfArchive(stack))
			.stream()
			.anyMatch((StoredLayers layers) -> layers.isErased(position));
	}

}
