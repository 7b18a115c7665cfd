package io.github.appendonly.subscriber;

import java.lang.reflect.Type;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import io.github.appendonly.ReadOption;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.erasure.ParkedItems;
import io.github.appendonly.jpa.erasure.Replacement;
import org.springframework.core.ResolvableType;

/**
 * Erases and replaces the items of parked entries.
 */
public final class ParkedEntries implements ParkedItems {

	private static final int STEP = 100;

	private final AppendOnlyStructures structures;

	/**
	 * Creates the parked entries of some structures.
	 * @param structures the structures
	 */
	public ParkedEntries(AppendOnlyStructures structures) {
		this.structures = structures;
	}

	static Type type(Type item) {
		return ResolvableType.forClassWithGenerics(ParkedEntry.class, ResolvableType.forType(item)).getType();
	}

	static <T> AppendStack<ParkedEntry<T>> stack(AppendOnlyStructures structures, String name, Type item) {
		return structures.stack(name, type(item), (settings) -> settings.archived());
	}

	/**
	 * The handle says nothing of the stack, which may be another one that has the name.
	 */
	private <T> History<ParkedEntry<T>> history(String name, Type item) {
		AppendStack<ParkedEntry<T>> stack = this.structures.stack(name, type(item), (settings) -> {
		});
		return new History<>(stack, this.structures.archive(name, type(item)));
	}

	@Override
	public long erase(String parkedStack, Type type, Collection<Position> positions) {
		Set<Position> all = new HashSet<>(positions);
		return history(parkedStack, type).eraseIf((entry) -> isWhole(entry) && all.contains(entry.position()))
			.unreadable();
	}

	@Override
	public <T> long eraseIf(String parkedStack, Type type, Predicate<? super T> condition) {
		return this.<T>history(parkedStack, type)
			.eraseIf((entry) -> isWhole(entry) && condition.test(entry.item()))
			.unreadable();
	}

	@Override
	public <T> long replace(String parkedStack, Type type, Position position, Replacement<T> replacement) {
		History<ParkedEntry<T>> history = history(parkedStack, type);
		Changes<ParkedEntry<T>> step = history.fromOldest(STEP, ReadOption.REPORT_UNREADABLE);
		long unreadable = step.unreadable().size();
		step.entries().forEach((entry) -> replace(history, entry, position, replacement));
		while (!step.caughtUp()) {
			step = history.since(step.cursor(), STEP, ReadOption.REPORT_UNREADABLE);
			unreadable += step.unreadable().size();
			step.entries().forEach((entry) -> replace(history, entry, position, replacement));
		}
		return unreadable;
	}

	private static <T> void replace(History<ParkedEntry<T>> parked, Entry<ParkedEntry<T>> found, Position position,
			Replacement<T> replacement) {
		if (isWhole(found.item()) && position.equals(found.item().position())) {
			parked.replace(found.position(), (entry) -> new ParkedEntry<>(position, replacement.of(entry.item()), ""));
		}
	}

	/**
	 * Another program may have written something else.
	 */
	@SuppressWarnings("ConstantValue")
	private static boolean isWhole(ParkedEntry<?> entry) {
		return entry.position() != null && entry.item() != null;
	}

}
