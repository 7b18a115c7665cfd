package io.github.appendonly.jpa;

import java.lang.reflect.Type;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Damage;
import io.github.appendonly.Family;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import org.springframework.core.ParameterizedTypeReference;

/**
 * Gives handles on structures by name. It is for structures that cannot be beans because
 * their names are known only at run time, for example one stack per user.
 * <p>
 * A handle costs nothing to make or to hold, and uses the database only when one of its
 * methods is called. All handles of one name share one structure. A structure exists from
 * its first item on.
 * <p>
 * Items are stored as JSON. If their type is an entity of the persistence unit, the
 * structure stores the identifiers, and a read loads the entities. In a transaction, the
 * entities belong to its session. Elsewhere they are detached. An entity without an
 * identifier cannot be pushed. An entity that has been deleted is
 * {@link io.github.appendonly.Gone gone}.
 * <p>
 * All methods and all handles may be used by many threads at once.
 * <p>
 * A name is a text of 1 to 200 characters. It is not blank and has no control characters.
 * It is taken as it is: {@code recentOrders} and {@code recent-orders} are two
 * structures. The properties make kebab-case of a name, so
 * {@code appendonly.stacks.recentOrders} is {@code recent-orders}. Stacks, archives and
 * accumulators of the same name are independent of each other, with one exception: an
 * archived stack keeps its pruned layers in the archive of its name.
 */
public interface AppendOnlyStructures {

	/**
	 * Returns the stack of a name. An existing stack keeps its settings. A new stack gets
	 * those that its family or another handle of this node has, or the default bounds.
	 * @param <T> the type of the items
	 * @param name the name of the stack
	 * @param type the type of the items
	 * @return a handle
	 * @throws IllegalArgumentException if the name is not valid
	 */
	default <T> AppendStack<T> stack(String name, Class<T> type) {
		return stack(name, type, (stack) -> {
		});
	}

	/**
	 * Returns the stack of a name, with settings.
	 * @param <T> the type of the items
	 * @param name the name of the stack
	 * @param type the type of the items
	 * @param customizer sets the bounds and the destination of pruned layers; called once
	 * @return a handle
	 * @throws IllegalArgumentException if the name is not valid
	 */
	default <T> AppendStack<T> stack(String name, Class<T> type, Consumer<StackSettings<T>> customizer) {
		return stack(name, (Type) type, customizer);
	}

	/**
	 * Returns the stack of a name, with items of a generic type, and without settings, as
	 * {@link #stack(String, Class)} does.
	 * @param <T> the type of the items
	 * @param name the name of the stack
	 * @param type the type of the items
	 * @return a handle
	 * @throws IllegalArgumentException if the name is not valid
	 */
	default <T> AppendStack<T> stack(String name, ParameterizedTypeReference<T> type) {
		return stack(name, type, (stack) -> {
		});
	}

	/**
	 * Returns the stack of a name, with items of a generic type and with settings.
	 * @param <T> the type of the items
	 * @param name the name of the stack
	 * @param type the type of the items
	 * @param customizer sets the bounds and the destination of pruned layers; called once
	 * @return a handle
	 * @throws IllegalArgumentException if the name is not valid
	 */
	default <T> AppendStack<T> stack(String name, ParameterizedTypeReference<T> type,
			Consumer<StackSettings<T>> customizer) {
		return stack(name, type.getType(), customizer);
	}

	/**
	 * Returns the stack of a name, with items of any type that the codec supports and
	 * with settings.
	 * @param <T> the type of the items; not checked against {@code type}
	 * @param name the name of the stack
	 * @param type the type of the items: a class, a parameterized type, or Jackson's
	 * {@code JavaType}
	 * @param customizer sets the bounds and the destination of pruned layers; called once
	 * @return a handle
	 * @throws IllegalArgumentException if the name is not valid
	 */
	<T> AppendStack<T> stack(String name, Type type, Consumer<StackSettings<T>> customizer);

	/**
	 * Returns the archive of a name.
	 * @param <T> the type of the items
	 * @param name the name of the archive, or of the stack whose archive it is
	 * @param type the type of the items
	 * @return a handle
	 * @throws IllegalArgumentException if the name is not valid
	 */
	default <T> Archive<T> archive(String name, Class<T> type) {
		return archive(name, (Type) type);
	}

	/**
	 * Returns the archive of a name, with items of a generic type.
	 * @param <T> the type of the items
	 * @param name the name of the archive, or of the stack whose archive it is
	 * @param type the type of the items
	 * @return a handle
	 * @throws IllegalArgumentException if the name is not valid
	 */
	default <T> Archive<T> archive(String name, ParameterizedTypeReference<T> type) {
		return archive(name, type.getType());
	}

	/**
	 * Returns the archive of a name, with items of any type that the codec supports.
	 * @param <T> the type of the items; not checked against {@code type}
	 * @param name the name of the archive, or of the stack whose archive it is
	 * @param type the type of the items: a class, a parameterized type, or Jackson's
	 * {@code JavaType}
	 * @return a handle
	 * @throws IllegalArgumentException if the name is not valid
	 */
	<T> Archive<T> archive(String name, Type type);

	/**
	 * Returns the accumulator of a name.
	 * @param <T> the type of the items
	 * @param name the name of the accumulator
	 * @param type the type of the items
	 * @return a handle
	 * @throws IllegalArgumentException if the name is not valid
	 */
	default <T> Accumulator<T> accumulator(String name, Class<T> type) {
		return accumulator(name, (Type) type);
	}

	/**
	 * Returns the accumulator of a name, with items of a generic type.
	 * @param <T> the type of the items
	 * @param name the name of the accumulator
	 * @param type the type of the items
	 * @return a handle
	 * @throws IllegalArgumentException if the name is not valid
	 */
	default <T> Accumulator<T> accumulator(String name, ParameterizedTypeReference<T> type) {
		return accumulator(name, type.getType());
	}

	/**
	 * Returns the accumulator of a name, with items of any type that the codec supports.
	 * @param <T> the type of the items; not checked against {@code type}
	 * @param name the name of the accumulator
	 * @param type the type of the items: a class, a parameterized type, or Jackson's
	 * {@code JavaType}
	 * @return a handle
	 * @throws IllegalArgumentException if the name is not valid
	 */
	default <T> Accumulator<T> accumulator(String name, Type type) {
		return accumulator(name, type, (accumulator) -> {
		});
	}

	/**
	 * Returns the accumulator of a name, with settings.
	 * @param <T> the type of the items
	 * @param name the name of the accumulator
	 * @param type the type of the items
	 * @param customizer sets how long keys are remembered; called once
	 * @return a handle
	 * @throws IllegalArgumentException if the name is not valid
	 */
	default <T> Accumulator<T> accumulator(String name, Class<T> type, Consumer<AccumulatorSettings> customizer) {
		return accumulator(name, (Type) type, customizer);
	}

	/**
	 * Returns the accumulator of a name, with items of a generic type and with settings.
	 * @param <T> the type of the items
	 * @param name the name of the accumulator
	 * @param type the type of the items
	 * @param customizer sets how long keys are remembered; called once
	 * @return a handle
	 * @throws IllegalArgumentException if the name is not valid
	 */
	default <T> Accumulator<T> accumulator(String name, ParameterizedTypeReference<T> type,
			Consumer<AccumulatorSettings> customizer) {
		return accumulator(name, type.getType(), customizer);
	}

	/**
	 * Returns the accumulator of a name, with items of any type that the codec supports
	 * and with settings.
	 * @param <T> the type of the items; not checked against {@code type}
	 * @param name the name of the accumulator
	 * @param type the type of the items: a class, a parameterized type, or Jackson's
	 * {@code JavaType}
	 * @param customizer sets how long keys are remembered; called once
	 * @return a handle
	 * @throws IllegalArgumentException if the name is not valid
	 */
	<T> Accumulator<T> accumulator(String name, Type type, Consumer<AccumulatorSettings> customizer);

	/**
	 * Returns a stack and the archive of the same name, which are read as one.
	 * @param <T> the type of the items
	 * @param name the name of an archived stack
	 * @param type the type of the items
	 * @return a handle
	 * @throws IllegalArgumentException if the name is not valid
	 */
	default <T> History<T> history(String name, Class<T> type) {
		return new History<>(stack(name, type), archive(name, type));
	}

	/**
	 * Returns a stack and the archive of the same name, with items of a generic type,
	 * which are read as one.
	 * @param <T> the type of the items
	 * @param name the name of an archived stack
	 * @param type the type of the items
	 * @return a handle
	 * @throws IllegalArgumentException if the name is not valid
	 */
	default <T> History<T> history(String name, ParameterizedTypeReference<T> type) {
		return new History<>(stack(name, type), archive(name, type));
	}

	/**
	 * Returns a family of stacks, without settings: existing stacks keep theirs, and new
	 * ones get what another handle of this node has, or the default bounds.
	 * @param <T> the type of the items
	 * @param prefix the beginning of the names of the stacks, which is a name itself
	 * @param type the type of the items
	 * @return a handle
	 * @throws IllegalArgumentException if the prefix is not valid
	 */
	default <T> Family<T> family(String prefix, Class<T> type) {
		return family(prefix, type, (stack) -> {
		});
	}

	/**
	 * Returns a family of stacks, with the settings that each of them has.
	 * @param <T> the type of the items
	 * @param prefix the beginning of the names of the stacks, which is a name itself
	 * @param type the type of the items
	 * @param customizer sets the bounds and the destination of pruned layers of each
	 * stack; called once
	 * @return a handle
	 * @throws IllegalArgumentException if the prefix is not valid
	 */
	default <T> Family<T> family(String prefix, Class<T> type, Consumer<StackSettings<T>> customizer) {
		return family(prefix, (Type) type, customizer);
	}

	/**
	 * Returns a family of stacks with items of a generic type, with the settings that
	 * each of them has.
	 * @param <T> the type of the items
	 * @param prefix the beginning of the names of the stacks, which is a name itself
	 * @param type the type of the items
	 * @param customizer sets the bounds and the destination of pruned layers of each
	 * stack; called once
	 * @return a handle
	 * @throws IllegalArgumentException if the prefix is not valid
	 */
	default <T> Family<T> family(String prefix, ParameterizedTypeReference<T> type,
			Consumer<StackSettings<T>> customizer) {
		return family(prefix, type.getType(), customizer);
	}

	/**
	 * Returns a family of stacks with items of any type that the codec supports, with the
	 * settings that each of them has.
	 * <p>
	 * The settings belong to the family. While the application runs, a new member gets
	 * them, also if a handle of {@link #stack(String, Class)} is the first one to push.
	 * @param <T> the type of the items; not checked against {@code type}
	 * @param prefix the beginning of the names of the stacks, which is a name itself
	 * @param type the type of the items: a class, a parameterized type, or Jackson's
	 * {@code JavaType}
	 * @param customizer sets the bounds and the destination of pruned layers of each
	 * stack; called once
	 * @return a handle
	 * @throws IllegalArgumentException if the prefix is not valid
	 */
	<T> Family<T> family(String prefix, Type type, Consumer<StackSettings<T>> customizer);

	/**
	 * Returns the names of stacks that begin with a prefix, a page at a time. A stack has
	 * a name from the moment when its first item is placed, which is right after the
	 * commit, and until it is dropped. The stacks of what durable subscribers have parked
	 * are included.
	 * <p>
	 * A page costs what it holds, however many stacks there are. The order is the same
	 * for all pages: by code points, or as the database compares texts.
	 * @param prefix the beginning of the names; empty for all stacks
	 * @param after the last name of the page before; empty for the first page
	 * @param limit the maximum number of names, at least 1
	 * @return the names; fewer than {@code limit} only at the end
	 * @throws IllegalArgumentException if a text cannot be part of a name, or the limit
	 * is below 1
	 */
	List<String> stackNames(String prefix, String after, int limit);

	/**
	 * Returns the names of archives that begin with a prefix, a page at a time and in the
	 * same order. Archives of stacks are included, and archives without layers are not.
	 * @param prefix the beginning of the names; empty for all archives
	 * @param after the last name of the page before; empty for the first page
	 * @param limit the maximum number of names, at least 1
	 * @return the names; fewer than {@code limit} only at the end
	 * @throws IllegalArgumentException if a text cannot be part of a name, or the limit
	 * is below 1
	 */
	List<String> archiveNames(String prefix, String after, int limit);

	/**
	 * Returns the names of accumulators that begin with a prefix, a page at a time and in
	 * the same order. Empty accumulators are left out.
	 * @param prefix the beginning of the names; empty for all accumulators
	 * @param after the last name of the page before; empty for the first page
	 * @param limit the maximum number of names, at least 1
	 * @return the names; fewer than {@code limit} only at the end
	 * @throws IllegalArgumentException if a text cannot be part of a name, or the limit
	 * is below 1
	 */
	List<String> accumulatorNames(String prefix, String after, int limit);

	/**
	 * Returns the status of a stack: its layers, its inbox and its archive.
	 * <p>
	 * The status is meant for people, not for hot paths. It takes several statements, and
	 * the stack may change between them. It places nothing.
	 * @param stack the name of the stack
	 * @return the status; if nothing has been placed under this name, the status of an
	 * empty stack with the default bounds
	 * @throws IllegalArgumentException if the name is not valid
	 */
	StackStatus status(String stack);

	/**
	 * Makes earlier pushes onto a stack certain whose outcome is not: the database may
	 * still be working on them. When the method returns, the items of such a push are on
	 * the stack, or will never be. So the caller can look for its item, and push it again
	 * if it is not there.
	 * <p>
	 * This is true of pushes outside transactions whose
	 * {@link io.github.appendonly.UncertainCommitException} is
	 * {@linkplain io.github.appendonly.UncertainCommitException#isFenceable() fenceable}.
	 * It is not true of pushes in transactions, nor of pushes that were written to the
	 * inbox.
	 * <p>
	 * The method waits for transactions that place items on the stack. It must be called
	 * outside transactions.
	 * @param name the name of the stack
	 * @throws IllegalArgumentException if the name is not valid
	 * @throws IllegalStateException if the caller is in a transaction
	 */
	void fence(String name);

	/**
	 * Looks for damages of the stack, the archive and the accumulator of a name: rows
	 * that are missing, or that contradict each other.
	 * <p>
	 * It reads everything that the structures hold, in pages, so it takes as long as that
	 * does. It changes nothing and locks nothing. What is pushed, pruned or expired
	 * meanwhile is no damage. It should be called outside transactions.
	 * <p>
	 * Rows of the inbox are not verified: they are checked when they are placed. Nobody
	 * can tell whether the newest layers of an archive are missing, or whether items are
	 * those that were pushed.
	 * @param name the name
	 * @return the damages, at most 100 of them; empty if there are none
	 * @throws IllegalArgumentException if the name is not valid
	 * @throws org.springframework.transaction.IllegalTransactionStateException if the
	 * caller's transaction does not see all tables as of one moment, as on H2 with an
	 * isolation level above READ COMMITTED
	 */
	List<Damage> verify(String name);

	/**
	 * Removes the oldest layers of an archive: those that were archived before a time, up
	 * to the first one that was not. The newest layer always stays, because the next
	 * archived layer follows it.
	 * <p>
	 * Positions do not change. If a follower has not read all removed layers,
	 * {@link io.github.appendonly.Changes#expired()} reports that.
	 * <p>
	 * The method joins the caller's transaction. One statement removes all layers. It
	 * does not wait for pushes, and pushes do not wait for it.
	 * @param name the name of the archive, or of the stack whose archive it is
	 * @param before the time; each node that archives uses its own clock, and a layer is
	 * archived when the stack prunes it, so its items may be much older
	 * @return the number of removed layers
	 * @throws IllegalArgumentException if the name is not valid
	 * @throws org.springframework.transaction.IllegalTransactionStateException if the
	 * caller's transaction is read-only
	 */
	int expireArchive(String name, Instant before);

	/**
	 * Removes the oldest layers of an archive: those before the layer of a position. The
	 * newest layer always stays. Otherwise this is like
	 * {@link #expireArchive(String, Instant)}.
	 * @param name the name of the archive, or of the stack whose archive it is
	 * @param before the position; items of its layer stay, also those before it
	 * @return the number of removed layers
	 * @throws IllegalArgumentException if the name is not valid
	 * @throws org.springframework.transaction.IllegalTransactionStateException if the
	 * caller's transaction is read-only
	 */
	int expireArchive(String name, Position before);

	/**
	 * Removes the stack and the archive of a name, with all their items. An accumulator
	 * of the same name stays.
	 * <p>
	 * A push after that creates a new stack, as the handles and families of its node want
	 * it. Its positions start again, so cursors into the old stack are no longer valid.
	 * Durable subscribers of the stack stay: they handle the new stack from its first
	 * item on. What they had parked is removed.
	 * <p>
	 * The method joins the caller's transaction.
	 * @param name the name of the stack, or of the archive
	 * @throws IllegalArgumentException if the name is not valid
	 * @throws org.springframework.transaction.IllegalTransactionStateException if the
	 * caller's transaction is read-only
	 */
	void drop(String name);

	/**
	 * Removes the accumulator of a name, with all its items. A stack or an archive of the
	 * same name stays.
	 * <p>
	 * The method waits for consumers that have not committed yet, and then also removes
	 * what they give back by a rollback. Items that other transactions append meanwhile
	 * may stay.
	 * <p>
	 * The method joins the caller's transaction.
	 * @param name the name of the accumulator
	 * @throws IllegalArgumentException if the name is not valid
	 * @throws org.springframework.transaction.IllegalTransactionStateException if the
	 * caller's transaction is read-only
	 */
	void dropAccumulator(String name);

}
