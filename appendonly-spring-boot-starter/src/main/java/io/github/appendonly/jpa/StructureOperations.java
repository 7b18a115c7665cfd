package io.github.appendonly.jpa;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.stream.Stream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Damage;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.sequencer.plan.StackDefinition;
import io.github.appendonly.jpa.repository.AccumulatorRepository;
import io.github.appendonly.jpa.repository.ArchivedLayerRepository;
import io.github.appendonly.jpa.repository.InboxRepository;
import io.github.appendonly.jpa.repository.SetAside;
import io.github.appendonly.jpa.repository.SetAsideRepository;
import io.github.appendonly.jpa.repository.SliceRepository;
import io.github.appendonly.jpa.table.StackHead;
import io.github.appendonly.jpa.repository.StackRepository;
import io.github.appendonly.jpa.repository.StackSummary;
import io.github.appendonly.jpa.table.TablesMissingException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.data.domain.Limit;

/**
 * Lists structures, shows their status, places inboxes, and starts and stops the
 * structures. The actuator and the application's lifecycle use it.
 * <p>
 * All methods may be called by many threads at once.
 */
public final class StructureOperations {

	private static final Log logger = LogFactory.getLog(StructureOperations.class);

	private static final int COUNTED_ROWS = 10_000;

	private static final int REPORTED_AT_START = 100;

	private final Engine engine;

	private final Function<String, StackDefinition<?>> definitions;

	private volatile Map<String, Long> oldestRows = Map.of();

	private final StackRepository stacks;

	private final SliceRepository slices;

	private final InboxRepository inbox;

	private final AccumulatorRepository accumulators;

	private final ArchivedLayerRepository archivedLayers;

	private final SetAsideRepository setAside;

	private final Verification verification;

	/**
	 * Creates the operations.
	 * @param engine the parts that the structures share
	 * @param definitions returns the definition for placing the inbox of a stack
	 */
	StructureOperations(Engine engine, Function<String, StackDefinition<?>> definitions) {
		this.engine = engine;
		this.definitions = definitions;
		this.stacks = engine.repositories().get(StackRepository.class);
		this.slices = engine.repositories().get(SliceRepository.class);
		this.inbox = engine.repositories().get(InboxRepository.class);
		this.accumulators = engine.repositories().get(AccumulatorRepository.class);
		this.archivedLayers = engine.repositories().get(ArchivedLayerRepository.class);
		this.setAside = engine.repositories().get(SetAsideRepository.class);
		this.verification = new Verification(engine);
	}

	/**
	 * A stack that has a handle.
	 *
	 * @param name the name of the stack
	 * @param type the type of its items
	 */
	public record Handle(String name, Type type) {
	}

	/**
	 * Returns what a handle is a handle of.
	 * @param stack the handle, which is no proxy
	 * @return the name and the type; nothing if the stack is not in a database
	 */
	public static Optional<Handle> handle(AppendStack<?> stack) {
		return (stack instanceof JpaAppendStack<?> jpa)
				? Optional.of(new Handle(jpa.definition().name(), jpa.definition().items().type())) : Optional.empty();
	}

	/**
	 * Returns the status of a stack. It takes several statements, and the stack may
	 * change between them. It places nothing.
	 * @param stack the name of the stack
	 * @return the status; if nothing has been placed under this name, the status of an
	 * empty stack with the default bounds
	 * @throws IllegalArgumentException if the name is not valid
	 */
	public StackStatus status(String stack) {
		Optional<StackHead> row = this.stacks.head(StructureNames.require(stack));
		StackBounds bounds = row.map(StackHead::bounds).orElse(StackBounds.DEFAULT);
		List<StackStatus.LayerStatus> layers = row.map((head) -> layers(stack, head)).orElse(List.of());
		Optional<Position> newest = layers.stream()
			.findFirst()
			.map((layer) -> new Position(layer.generation(), layer.length() - 1));
		return new StackStatus(stack, bounds, row.map(StackHead::archived).orElse(false), newest, layers,
				this.inbox.size(stack), this.engine.tables().archives().layerCount(stack),
				this.engine.sequencer().conflicts(stack));
	}

	private List<StackStatus.LayerStatus> layers(String stack, StackHead head) {
		return this.slices.lengthsNewestFirst(stack)
			.stream()
			.map((layer) -> new StackStatus.LayerStatus(layer.generation(), layer.length(),
					layer.generation() < head.generation() || layer.length() >= head.maxLength()))
			.toList();
	}

	/**
	 * Returns the stacks whose names come after a name, ordered by name as the database
	 * sorts.
	 * @param after the name; empty to begin with the first stack
	 * @param limit the maximum number of stacks
	 * @return the stacks
	 */
	public List<StackSummary> stacks(String after, int limit) {
		return this.stacks.after(after, Limit.of(limit));
	}

	/**
	 * Returns the names of archives that come after a name, in the same order. The
	 * archives of stacks are included.
	 * @param after the name; empty to begin with the first archive
	 * @param limit the maximum number of names
	 * @return the names
	 */
	public List<String> archives(String after, int limit) {
		return names(this.archivedLayers::nameAfter, after, limit);
	}

	/**
	 * Returns the names of accumulators that come after a name, in the same order. Empty
	 * accumulators are left out.
	 * @param after the name; empty to begin with the first accumulator
	 * @param limit the maximum number of names
	 * @return the names
	 */
	public List<String> accumulators(String after, int limit) {
		return names(this.accumulators::nameAfter, after, limit);
	}

	/**
	 * Returns the number of items in an accumulator, with those that a consumer holds.
	 * @param accumulator the name of the accumulator
	 * @return the number of items; 0 if there is no such accumulator
	 * @throws IllegalArgumentException if the name is not valid
	 */
	public long accumulatorSize(String accumulator) {
		return this.accumulators.size(StructureNames.require(accumulator));
	}

	private static List<String> names(Function<String, Optional<String>> next, String after, int limit) {
		return Stream.iterate(next.apply(after), Optional::isPresent, (name) -> name.flatMap(next))
			.flatMap(Optional::stream)
			.limit(limit)
			.toList();
	}

	/**
	 * Returns the number of items in the inbox of a stack. Only the rows of the first
	 * {@value #COUNTED_ROWS} transactions are counted, so that a long inbox costs little.
	 * @param stack the name of the stack
	 * @return the number of items
	 */
	public long waiting(String stack) {
		return this.engine.tables().inbox().sizeOfFirst(stack, COUNTED_ROWS);
	}

	/**
	 * Returns the number of items in the inboxes of a family, counted in the same way.
	 * @param prefix the beginning of the names of its stacks
	 * @return the number of items
	 */
	public long waitingInFamily(String prefix) {
		return this.engine.tables().nameScan().waiting(prefix, COUNTED_ROWS);
	}

	/**
	 * Looks for damages of the structures of a name, as
	 * {@link AppendOnlyStructures#verify(String)} does.
	 * @param name the name
	 * @return the damages
	 * @throws IllegalArgumentException if the name is not valid
	 */
	public List<Damage> verify(String name) {
		return this.verification.of(StructureNames.require(name));
	}

	/**
	 * Returns rows of a stack's inbox that cannot be placed and were set aside, oldest
	 * first.
	 * @param stack the name of the stack
	 * @param limit the maximum number of rows
	 * @return the rows
	 */
	public List<SetAside> setAside(String stack, int limit) {
		return this.setAside.of(stack, Limit.of(limit));
	}

	/**
	 * Returns how long the oldest item in the inbox of a stack has waited since its
	 * commit. Only items that this node has pushed are known.
	 * @param stack the name of the stack
	 * @return the time, or nothing if no such item waits
	 */
	public Optional<Duration> longestWait(String stack) {
		return this.engine.sequencer().longestWait(stack);
	}

	/**
	 * Returns how long the oldest transaction of this node has waited since its commit,
	 * until its items are placed. No database is asked.
	 * @return the time, or nothing if no transaction waits
	 */
	public Optional<Duration> longestWait() {
		return this.engine.sequencer().longestWait();
	}

	/**
	 * Returns the number of transactions of this node that are committed and whose items
	 * wait to be placed, over all stacks. A transaction counts once for each stack. No
	 * database is asked. At most 10,000 are known, so there may be more.
	 * @return the number
	 */
	public int waitingTransactions() {
		return this.engine.sequencer().waitingTransactions();
	}

	/**
	 * Places the inbox of a stack, and waits until that is done. Pruned layers go to the
	 * pruner of a handle that is in use. If the stack has a pruner but no such handle is
	 * in use, the layers stay.
	 * <p>
	 * The caller must not be in a transaction.
	 * @param stack the name of the stack
	 * @return the number of items that this call has placed; other calls may place items
	 * at the same time
	 * @throws IllegalArgumentException if the name is not valid
	 * @throws IllegalStateException if the caller is in a transaction
	 */
	public int place(String stack) {
		return this.engine.sequencer().inbox().place(this.definitions.apply(StructureNames.require(stack)));
	}

	/**
	 * Returns whether the persistence unit has tenants. Work in the background only
	 * concerns the tenant of its thread.
	 * @return whether there are tenants
	 */
	public boolean hasTenants() {
		return this.engine.tenants().exist();
	}

	/**
	 * Starts the structures. Asynchronous pushes are accepted from now on. Items that a
	 * node left in inboxes when it ended abruptly are placed.
	 * <p>
	 * The inboxes are found before this method returns, and are placed on the executor.
	 * Inboxes that cannot be placed wait for the next push or read. If the persistence
	 * unit has tenants, every inbox waits for the next push or read of its tenant.
	 * @throws TablesMissingException if the database does not have the tables
	 */
	public void start() {
		this.engine.gate().open();
		this.engine.beside().open();
		if (!this.engine.tenants().exist()) {
			placeInboxes(this.engine.tables().inboxScan().names());
		}
	}

	/**
	 * Places the inboxes whose oldest item has waited since the last call. A node that
	 * works places its items within milliseconds, so these were left by a node that has
	 * ended. It takes one statement, and one for each such inbox. This method does not
	 * wait for the inboxes, and it does not fail.
	 * <p>
	 * If the persistence unit has tenants, it does nothing: nobody knows the tenants.
	 */
	public void placeLeftovers() {
		if (this.engine.tenants().exist()) {
			return;
		}
		try {
			Map<String, Long> oldest = this.engine.tables().inboxScan().oldestRows();
			Map<String, Long> before = this.oldestRows;
			this.oldestRows = oldest;
			oldest.forEach((name, id) -> {
				if (id.equals(before.get(name))) {
					placeInbox(name);
				}
			});
		}
		catch (RuntimeException | LinkageError ex) {
			logger.debug("Could not look for items that wait in inboxes", ex);
		}
	}

	@SuppressWarnings("FutureReturnValueIgnored") // each failure is logged
	private void placeInboxes(List<String> names) {
		this.engine.gate().supply(() -> {
			this.engine.repositories().makeAll();
			names.forEach(this::placeInbox);
			names.stream().filter((name) -> !StructureNames.isValid(name)).forEach(StructureOperations::reportName);
			this.setAside.names(Limit.of(REPORTED_AT_START)).forEach(this::reportSetAside);
			return names;
		}, this.engine.executor());
	}

	private void reportSetAside(String stack) {
		this.setAside.of(stack, Limit.of(1))
			.forEach((row) -> this.engine.sequencer().listeners().setAside(stack, row.inboxId(), row.reason()));
	}

	private void placeInbox(String stack) {
		if (StructureNames.isValid(stack)) {
			logger.debug("Placing the inbox of stack '" + stack + "', whose items have waited for long");
			this.engine.sequencer().inbox().placeSoon(this.definitions.apply(stack));
		}
	}

	/**
	 * Reports a name that another program has written to the inbox.
	 */
	private static void reportName(String stack) {
		logger.warn("The inbox has rows for the stack \"" + stack
				+ "\", a name that no structure can have; they stay there until they are deleted or renamed");
	}

	/**
	 * Prepares the structures to stop. From now on, asynchronous pushes fail with a
	 * {@link RejectedExecutionException}. The method waits until the accepted ones are
	 * done and the items of committed transactions are placed. When the time is over,
	 * pushes that have not begun are refused in the same way, and inboxes stay as they
	 * are. Other pushes and reads still work.
	 * @param limit the maximum time to wait
	 * @return whether all accepted work is done; if not, some of it was refused or is
	 * still in progress
	 */
	public boolean stop(Duration limit) {
		boolean done = this.engine.gate().close(limit);
		if (!done) {
			this.engine.sequencer().refuseRest();
		}
		this.engine.beside().close();
		return done;
	}

}
