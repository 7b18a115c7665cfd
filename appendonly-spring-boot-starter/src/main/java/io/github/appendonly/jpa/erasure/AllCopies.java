package io.github.appendonly.jpa.erasure;

import java.lang.reflect.Type;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import io.github.appendonly.Position;

/**
 * The copies that all parts of an application keep.
 */
public final class AllCopies implements Copies {

	private final List<Copies> parts = new CopyOnWriteArrayList<>();

	public void add(Copies copies) {
		this.parts.add(copies);
	}

	@Override
	public void erase(String stack, Collection<Position> positions) {
		this.parts.forEach((part) -> part.erase(stack, positions));
	}

	@Override
	public <T> void eraseIf(String stack, Type type, Predicate<? super T> condition) {
		this.parts.forEach((part) -> part.<T>eraseIf(stack, type, condition));
	}

	@Override
	public <T> void replace(String stack, Type type, Position position, UnaryOperator<T> change) {
		this.parts.forEach((part) -> part.replace(stack, type, position, change));
	}

}
