package io.github.appendonly.jpa;

import java.lang.reflect.Type;
import java.time.Instant;
import java.util.function.Consumer;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.History;
import org.springframework.core.ParameterizedTypeReference;

/**
 * Gives structures by name: for those that are not beans, since their names are only
 * known at run time (one for each user, say).
 * <p>
 * What it gives is a handle. A handle costs nothing to make or to hold, touches the
 * database when it is used, and may be used by many threads; handles of one name share
 * one structure. A structure comes into being with its first item.
 * <p>
 * Items are written as JSON. Where their type is an entity of the persistence unit, they
 * are kept by their identifiers and loaded when they are read: in a transaction by its
 * session, elsewhere detached. An entity without an identifier cannot be pushed; one that
 * has been deleted since is {@link io.github.appendonly.Gone gone}.
 * <p>
 * A name is a text of 1 to 200 characters. Stacks, archives and accumulators have names
 * of their own each, with one exception: an archived stack keeps its pruned layers in the
 * archive of its own name.
 */
public interface AppendOnlyStructures {

	/**
	 * The stack of a name, with the bounds it has or, if it is new, the default ones.
	 * @param <T> the type of the items
	 * @param name the name of the stack
	 * @param type the type of the items
	 * @return a handle
	 * @throws IllegalArgumentException if the name is empty or too long
	 */
	default <T> AppendStack<T> stack(String name, Class<T> type) {
		return stack(name, type, (stack) -> {
		});
	}

	/**
	 * The stack of a name.
	 * @param <T> the type of the items
	 * @param name the name of the stack
	 * @param type the type of the items
	 * @param customizer sets its bounds, and where its pruned layers go; called once
	 * @return a handle
	 * @throws IllegalArgumentException if the name is empty or too long
	 */
	default <T> AppendStack<T> stack(String name, Class<T> type, Consumer<StackSettings<T>> customizer) {
		return stack(name, (Type) type, customizer);
	}

	/**
	 * The stack of a name, with items of a generic type, and with the bounds it has or,
	 * if it is new, the default ones.
	 * @param <T> the type of the items
	 * @param name the name of the stack
	 * @param type the type of the items
	 * @return a handle
	 * @throws IllegalArgumentException if the name is empty or too long
	 */
	default <T> AppendStack<T> stack(String name, ParameterizedTypeReference<T> type) {
		return stack(name, type, (stack) -> {
		});
	}

	/**
	 * The stack of a name, with items of a generic type.
	 * @param <T> the type of the items
	 * @param name the name of the stack
	 * @param type the type of the items
	 * @param customizer sets its bounds, and where its pruned layers go; called once
	 * @return a handle
	 * @throws IllegalArgumentException if the name is empty or too long
	 */
	default <T> AppendStack<T> stack(String name, ParameterizedTypeReference<T> type,
			Consumer<StackSettings<T>> customizer) {
		return stack(name, type.getType(), customizer);
	}

	/**
	 * The stack of a name, with items of any type that the codec knows.
	 * @param <T> the type of the items; not checked against {@code type}
	 * @param name the name of the stack
	 * @param type the type of the items: a class, a parameterized type, or Jackson's
	 * {@code JavaType}
	 * @param customizer sets its bounds, and where its pruned layers go; called once
	 * @return a handle
	 * @throws IllegalArgumentException if the name is empty or too long
	 */
	<T> AppendStack<T> stack(String name, Type type, Consumer<StackSettings<T>> customizer);

	/**
	 * The archive of a name.
	 * @param <T> the type of the items
	 * @param name the name of the archive, or of the stack whose archive it is
	 * @param type the type of the items
	 * @return a handle
	 * @throws IllegalArgumentException if the name is empty or too long
	 */
	default <T> Archive<T> archive(String name, Class<T> type) {
		return archive(name, (Type) type);
	}

	/**
	 * The archive of a name, with items of a generic type.
	 * @param <T> the type of the items
	 * @param name the name of the archive, or of the stack whose archive it is
	 * @param type the type of the items
	 * @return a handle
	 * @throws IllegalArgumentException if the name is empty or too long
	 */
	default <T> Archive<T> archive(String name, ParameterizedTypeReference<T> type) {
		return archive(name, type.getType());
	}

	/**
	 * The archive of a name, with items of any type that the codec knows.
	 * @param <T> the type of the items; not checked against {@code type}
	 * @param name the name of the archive, or of the stack whose archive it is
	 * @param type the type of the items: a class, a parameterized type, or Jackson's
	 * {@code JavaType}
	 * @return a handle
	 * @throws IllegalArgumentException if the name is empty or too long
	 */
	<T> Archive<T> archive(String name, Type type);

	/**
	 * The accumulator of a name.
	 * @param <T> the type of the items
	 * @param name the name of the accumulator
	 * @param type the type of the items
	 * @return a handle
	 * @throws IllegalArgumentException if the name is empty or too long
	 */
	default <T> Accumulator<T> accumulator(String name, Class<T> type) {
		return accumulator(name, (Type) type);
	}

	/**
	 * The accumulator of a name, with items of a generic type.
	 * @param <T> the type of the items
	 * @param name the name of the accumulator
	 * @param type the type of the items
	 * @return a handle
	 * @throws IllegalArgumentException if the name is empty or too long
	 */
	default <T> Accumulator<T> accumulator(String name, ParameterizedTypeReference<T> type) {
		return accumulator(name, type.getType());
	}

	/**
	 * The accumulator of a name, with items of any type that the codec knows.
	 * @param <T> the type of the items; not checked against {@code type}
	 * @param name the name of the accumulator
	 * @param type the type of the items: a class, a parameterized type, or Jackson's
	 * {@code JavaType}
	 * @return a handle
	 * @throws IllegalArgumentException if the name is empty or too long
	 */
	<T> Accumulator<T> accumulator(String name, Type type);

	/**
	 * A stack and the archive of the same name, read as one.
	 * @param <T> the type of the items
	 * @param name the name of an archived stack
	 * @param type the type of the items
	 * @return a handle
	 * @throws IllegalArgumentException if the name is empty or too long
	 */
	default <T> History<T> history(String name, Class<T> type) {
		return new History<>(stack(name, type), archive(name, type));
	}

	/**
	 * A stack and the archive of the same name, with items of a generic type, read as
	 * one.
	 * @param <T> the type of the items
	 * @param name the name of an archived stack
	 * @param type the type of the items
	 * @return a handle
	 * @throws IllegalArgumentException if the name is empty or too long
	 */
	default <T> History<T> history(String name, ParameterizedTypeReference<T> type) {
		return new History<>(stack(name, type), archive(name, type));
	}

	/**
	 * How a stack stands: its layers, what waits to be placed, its archive. Meant for
	 * people, not for hot paths: it takes several statements, between which the stack may
	 * move on, and places nothing.
	 * @param stack the name of the stack
	 * @return the status; that of an empty stack with the default bounds if nothing has
	 * been placed under this name
	 * @throws IllegalArgumentException if the name is empty or too long
	 */
	StackStatus status(String stack);

	/**
	 * Removes the oldest layers of an archive: those that were archived before a time, up
	 * to the first one that was not. The newest layer stays in any case, so that what is
	 * archived next follows it.
	 * <p>
	 * Positions stay what they are. A reader that follows and has not read everything
	 * that is removed is told so, by {@link io.github.appendonly.Changes#expired()}.
	 * Joins the caller's transaction. One statement removes all of them; it neither waits
	 * for pushes nor has them wait.
	 * @param name the name of the archive, or of the stack whose archive it is
	 * @param before the time. Each node that archives goes by its own clock, and a layer
	 * is archived when the stack has pruned it: its items may be from long before
	 * @return the number of layers removed
	 * @throws IllegalArgumentException if the name is empty or too long
	 * @throws org.springframework.transaction.IllegalTransactionStateException if the
	 * caller's transaction is read-only
	 */
	int expireArchive(String name, Instant before);

	/**
	 * Removes the stack, the archive and the accumulator of a name with all their items.
	 * <p>
	 * Joins the caller's transaction. A stack that is pushed onto afterwards is a new
	 * one: its positions start anew, so cursors into the old one mean nothing any more.
	 * @param name the name
	 * @throws IllegalArgumentException if the name is empty or too long
	 */
	void drop(String name);

}
