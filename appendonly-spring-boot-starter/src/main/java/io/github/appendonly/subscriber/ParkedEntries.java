package io.github.appendonly.subscriber;

import java.lang.reflect.Type;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.Erasure;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.erasure.ParkedItems;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.core.ResolvableType;

/**
 * Erases and replaces the items of parked entries.
 */
public final class ParkedEntries implements ParkedItems {

	private static final Log logger = LogFactory.getLog(ParkedEntries.class);

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

	private <T> History<ParkedEntry<T>> history(String name, Type item) {
		return new History<>(stack(this.structures, name, item), this.structures.archive(name, type(item)));
	}

	@Override
	public void erase(String parkedStack, Type type, Collection<Position> positions) {
		Set<Position> all = new HashSet<>(positions);
		erase(parkedStack, type, (entry) -> all.contains(entry.position()));
	}

	@Override
	public <T> void eraseIf(String parkedStack, Type type, Predicate<? super T> condition) {
		this.<T>erase(parkedStack, type, (entry) -> isWhole(entry) && condition.test(entry.item()));
	}

	private <T> void erase(String name, Type type, Predicate<ParkedEntry<T>> condition) {
		Erasure erased = this.<T>history(name, type).eraseIf(condition);
		if (erased.unreadable() > 0) {
			logger.warn(erased.unreadable() + " entries on stack '" + name
					+ "' cannot be read, so nobody knows whether they should be erased. Erase them by their positions,"
					+ " or drop the stack");
		}
	}

	@Override
	public <T> void replace(String parkedStack, Type type, Position position, UnaryOperator<T> change) {
		History<ParkedEntry<T>> history = history(parkedStack, type);
		Consumer<Entry<ParkedEntry<T>>> replacement = (parked) -> history.replace(parked.position(),
				(entry) -> isWhole(entry) && position.equals(entry.position())
						? new ParkedEntry<>(position, change.apply(entry.item()), "") : entry);
		history.stream().filter((parked) -> position.equals(parked.item().position())).forEach(replacement);
	}

	/**
	 * Another program may have written something else.
	 */
	@SuppressWarnings("ConstantValue")
	private static boolean isWhole(ParkedEntry<?> entry) {
		return entry.position() != null && entry.item() != null;
	}

}
