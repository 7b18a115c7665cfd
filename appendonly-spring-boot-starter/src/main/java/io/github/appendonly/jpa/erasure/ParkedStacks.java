package io.github.appendonly.jpa.erasure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

import io.github.appendonly.Position;
import io.github.appendonly.jpa.table.StoredLayers;
import io.github.appendonly.jpa.table.StructureTables;
import io.github.appendonly.jpa.table.SubscriberHead;
import io.github.appendonly.jpa.transaction.Transactions;
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
	 * @param change changes the items on a stack of parked items
	 */
	public void change(String stack, BiConsumer<ParkedItems, String> change) {
		List<String> parked = this.tables.nameScan().parkedOf(stack);
		if (!parked.isEmpty() && this.transactions.isActive()) {
			this.tables.layersOfStack(stack).lock();
		}
		else if (!parked.isEmpty()) {
			changeAll(parked, change);
			this.transactions.inOwn(() -> this.tables.layersOfStack(stack).lock());
		}
		changeAll(parked, change);
		forgetCauses(stack, null);
	}

	private void changeAll(List<String> parked, BiConsumer<ParkedItems, String> change) {
		parked.forEach((name) -> this.forms.forEach((form) -> change.accept(form, name)));
	}

	/**
	 * Forgets why subscribers have failed, where that may quote an item that is erased or
	 * has another value now.
	 * @param changed the position of an item that has another value
	 */
	public void forgetCauses(String stack, @Nullable Position changed) {
		List<SubscriberHead> failing = this.tables.subscribers().failing(stack);
		if (failing.isEmpty()) {
			return;
		}
		this.transactions.inCallersOrOwn("the subscribers of stack '" + stack + "'", () -> {
			for (SubscriberHead row : failing) {
				Position at = row.failure().position();
				if (at == null || at.equals(changed) || isErased(stack, at)) {
					this.tables.subscribers().forgetCause(row);
				}
			}
			return failing;
		});
	}

	private boolean isErased(String stack, Position position) {
		return List.of(this.tables.layersOfStack(stack), this.tables.layersOfArchive(stack))
			.stream()
			.anyMatch((StoredLayers layers) -> layers.isErased(position));
	}

}
