package io.github.appendonly.actuate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

import io.github.appendonly.Damage;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.StackStatus;
import io.github.appendonly.jpa.StructureOperations;
import io.github.appendonly.jpa.repository.SetAside;
import io.github.appendonly.jpa.repository.StackSummary;
import io.github.appendonly.subscriber.Subscribers;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Shows the structures and their durable subscribers, places the items that wait in an
 * inbox, and changes subscribers. It is called outside transactions.
 */
@Endpoint(id = "appendonly")
public final class AppendOnlyEndpoint {

	private static final int DEFAULT_LIMIT = 100;

	private static final int MAX_LIMIT = 1000;

	private static final int MAX_LAYERS = 100;

	private static final String ACCUMULATORS = "accumulators";

	private static final String SUBSCRIBERS = "subscribers";

	private static final int MAX_SET_ASIDE = 100;

	private final StructureOperations operations;

	private final SubscriberOperations subscribers;

	private final Collection<String> configured;

	/**
	 * Creates the endpoint.
	 * @param operations the operations on the structures
	 * @param subscribers the durable subscribers; empty if the application has none
	 * @param configured the names of the stacks in the properties
	 */
	public AppendOnlyEndpoint(StructureOperations operations, Optional<Subscribers> subscribers,
			Collection<String> configured) {
		this.operations = operations;
		this.subscribers = new SubscriberOperations(subscribers);
		this.configured = new TreeSet<>(configured);
	}

	/**
	 * Lists the structures, one page of each kind, ordered by name.
	 * @param limit the maximum number of each kind; 100 if absent, and never more than
	 * 1000
	 * @param after the last name of the page before; absent for the first page
	 * @return the structures
	 */
	@ReadOperation
	public Structures structures(@Nullable Integer limit, @Nullable String after) {
		int count = Math.max(1, Math.min((limit != null) ? limit : DEFAULT_LIMIT, MAX_LIMIT));
		String from = (after != null) ? after : "";
		List<StackDescriptor> stacks = this.operations.stacks(from, count).stream().map(StackDescriptor::of).toList();
		return new Structures(new ArrayList<>(this.configured), stacks, this.operations.archives(from, count),
				this.operations.accumulators(from, count), this.subscribers.list());
	}

	/**
	 * Shows one stack.
	 * @param stack the name of the stack
	 * @param verify whether to look for damages of the structures of this name: rows that
	 * are missing, or that contradict each other; that reads everything that they hold;
	 * false if absent
	 * @return the stack, or null if there is none
	 */
	@ReadOperation
	public @Nullable StackDetails stack(@Selector String stack, @Nullable Boolean verify) {
		StackStatus status = orInvalid(() -> this.operations.status(stack));
		List<SetAside> setAside = this.operations.setAside(stack, MAX_SET_ASIDE);
		List<Damage> damages = Boolean.TRUE.equals(verify) ? this.operations.verify(stack) : null;
		boolean absent = status.layers().isEmpty() && status.inbox() == 0 && setAside.isEmpty()
				&& !this.configured.contains(stack) && damages == null;
		return absent ? null : StackDetails.of(status, this.operations.longestWait(stack), setAside, damages);
	}

	/**
	 * Shows one accumulator, or one subscriber.
	 * @param kind what to show: {@code accumulators} or {@code subscribers}
	 * @param name the name of the accumulator, or the id of the subscriber
	 * @return the accumulator, or the subscriber, or null if there is none; an
	 * accumulator that does not exist is shown as an empty one
	 */
	@ReadOperation
	@RegisterReflectionForBinding(AccumulatorDetails.class)
	public @Nullable Object one(@Selector String kind, @Selector String name) {
		return switch (kind) {
			case ACCUMULATORS -> new AccumulatorDetails(name, orInvalid(() -> this.operations.accumulatorSize(name)));
			case SUBSCRIBERS -> this.subscribers.find(name).orElse(null);
			default -> null;
		};
	}

	/**
	 * Changes a subscriber, on all nodes.
	 * @param kind {@code subscribers}
	 * @param id the id of the subscriber
	 * @param action what to do
	 * @param to where to go on, for {@link SubscriberOperations.Action#MOVE}:
	 * {@code oldest}, {@code newest} or a position
	 * @return the subscriber after that
	 */
	@WriteOperation
	public SubscriberOperations.Descriptor change(@Selector String kind, @Selector String id,
			SubscriberOperations.Action action, @Nullable String to) {
		requireSubscriber(kind);
		return orInvalid(() -> this.subscribers.change(id, action, to));
	}

	/**
	 * Removes the rows of a subscriber that no application has any more.
	 * @param kind {@code subscribers}
	 * @param id the id of the subscriber
	 */
	@DeleteOperation
	public void remove(@Selector String kind, @Selector String id) {
		requireSubscriber(kind);
		orInvalid(() -> this.subscribers.remove(id));
	}

	private static void requireSubscriber(String kind) {
		if (!kind.equals(SUBSCRIBERS)) {
			String reason = "Only subscribers can be changed or removed, but got \"" + kind + "\"";
			throw new InvalidEndpointRequestException(reason, reason);
		}
	}

	/**
	 * Places the items that wait in the inbox of a stack.
	 * @param stack the name of the stack
	 * @return the number of items placed, and of those that still wait
	 */
	@WriteOperation
	public Placed place(@Selector String stack) {
		int placed = orInvalid(() -> this.operations.place(stack));
		StackStatus status = this.operations.status(stack);
		return new Placed(placed, status.newest().map(Position::toString).orElse(null), status.inbox());
	}

	private static <R> R orInvalid(Supplier<R> work) {
		try {
			return work.get();
		}
		catch (IllegalArgumentException ex) {
			String reason = String.valueOf(ex.getMessage());
			throw new InvalidEndpointRequestException(reason, reason, ex);
		}
	}

	/**
	 * A page of structures.
	 *
	 * @param configured the names of all stacks in the properties, empty or not
	 * @param stacks the stacks
	 * @param archives the names of the archives, including those of stacks
	 * @param accumulators the names of the accumulators that are not empty
	 * @param subscribers all durable subscribers, whatever the page is
	 */
	public record Structures(List<String> configured, List<StackDescriptor> stacks, List<String> archives,
			List<String> accumulators, List<SubscriberOperations.Descriptor> subscribers) {
	}

	/**
	 * A stack in the list.
	 *
	 * @param name its name
	 * @param maxLayers the number of layers kept
	 * @param maxLength the number of items per layer
	 * @param archived whether pruned layers go to its archive
	 * @param newest the newest position, if any
	 * @param oldest the oldest position that is kept, if any
	 */
	public record StackDescriptor(String name, int maxLayers, int maxLength, boolean archived, @Nullable String newest,
			@Nullable String oldest) {

		static StackDescriptor of(StackSummary stack) {
			return new StackDescriptor(stack.name(), stack.bounds().maxLayers(), stack.bounds().maxLength(),
					stack.archived(), stack.newest().map(Position::toString).orElse(null),
					stack.oldest().map(Position::toString).orElse(null));
		}

	}

	/**
	 * A stack with its layers and its inbox.
	 *
	 * @param name its name
	 * @param maxLayers the number of layers kept
	 * @param maxLength the number of items per layer
	 * @param archived whether pruned layers go to its archive
	 * @param newest the newest position, if any
	 * @param oldest the oldest position that is kept, if any
	 * @param size the number of items on it
	 * @param layerCount the number of its layers
	 * @param layers its newest 100 layers
	 * @param inbox the items that wait to be placed
	 * @param archivedLayers the number of layers in its archive
	 * @param conflicts how often this node had to repeat a batch
	 * @param setAside the first 100 rows of the inbox that cannot be placed
	 * @param damages the damages that were found, at most 100; null if nobody has looked
	 * for them
	 */
	public record StackDetails(String name, int maxLayers, int maxLength, boolean archived, @Nullable String newest,
			@Nullable String oldest, long size, int layerCount, List<StackStatus.LayerStatus> layers, Inbox inbox,
			long archivedLayers, long conflicts, List<SetAside> setAside, @Nullable List<Damage> damages) {

		static StackDetails of(StackStatus stack, Optional<Duration> longestWait, List<SetAside> setAside,
				@Nullable List<Damage> damages) {
			List<StackStatus.LayerStatus> layers = stack.layers();
			String oldest = layers.isEmpty() ? null
					: new Position(layers.get(layers.size() - 1).generation(), 0).toString();
			return new StackDetails(stack.name(), stack.bounds().maxLayers(), stack.bounds().maxLength(),
					stack.archived(), stack.newest().map(Position::toString).orElse(null), oldest, stack.size(),
					layers.size(), layers.subList(0, Math.min(layers.size(), MAX_LAYERS)),
					new Inbox(stack.inbox(),
							longestWait.filter((wait) -> stack.inbox() > 0).map(Duration::toString).orElse(null)),
					stack.archivedLayers(), stack.conflicts(), setAside, damages);
		}

	}

	/**
	 * An accumulator.
	 *
	 * @param name its name
	 * @param items the number of items in it, with those that a consumer holds
	 */
	public record AccumulatorDetails(String name, long items) {
	}

	/**
	 * The items that wait to be placed.
	 *
	 * @param items the number of items
	 * @param age the time since the commit of the oldest item; null if no item waits, or
	 * if another node has pushed it
	 */
	public record Inbox(long items, @Nullable String age) {
	}

	/**
	 * The result of placing.
	 *
	 * @param items the number of items that this call has placed
	 * @param newest the newest position afterwards, if any
	 * @param waiting the number of items that still wait
	 */
	public record Placed(int items, @Nullable String newest, long waiting) {
	}

}
