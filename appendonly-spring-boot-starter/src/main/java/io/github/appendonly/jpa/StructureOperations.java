package io.github.appendonly.jpa;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.stream.Stream;

import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.sequencer.StackDefinition;
import io.github.appendonly.jpa.table.AccumulatorRepository;
import io.github.appendonly.jpa.table.ArchivedLayerRepository;
import io.github.appendonly.jpa.table.InboxRepository;
import io.github.appendonly.jpa.table.SliceRepository;
import io.github.appendonly.jpa.table.StackHead;
import io.github.appendonly.jpa.table.StackRepository;
import io.github.appendonly.jpa.table.StackSummary;
import io.github.appendonly.jpa.table.TablesMissingException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.data.domain.Limit;

/**
 * Lists structures, shows their status, places inboxes, starts and stops: for the
 * actuator and the application's lifecycle. Safe for use by many threads.
 */
public final class StructureOperations {

	private static final Log logger = LogFactory.getLog(StructureOperations.class);

	private static final int COUNTED_ROWS = 10_000;

	private final Engine engine;

	private final Function<String, StackDefinition<?>> definitions;

	private final StackRepository stacks;

	private final SliceRepository slices;

	private final InboxRepository inbox;

	private final AccumulatorRepository accumulators;

	private final ArchivedLayerRepository archivedLayers;

	/**
	 * Operates the structures of an engine.
	 * @param engine the engine
	 * @param definitions gives the handle by which the inbox of a stack is placed
	 */
	StructureOperations(Engine engine, Function<String, StackDefinition<?>> definitions) {
		this.engine = engine;
		this.definitions = definitions;
		this.stacks = engine.tables().repository(StackRepository.class);
		this.slices = engine.tables().repository(SliceRepository.class);
		this.inbox = engine.tables().repository(InboxRepository.class);
		this.accumulators = engine.tables().repository(AccumulatorRepository.class);
		this.archivedLayers = engine.tables().repository(ArchivedLayerRepository.class);
	}

	/**
	 * The status of a stack. Takes several statements, between which the stack may
	 * change, and places nothing.
	 * @param stack the name of the stack
	 * @return the status; that of an empty stack with the default bounds if nothing has
	 * been placed under this name
	 * @throws IllegalArgumentException if the name is empty or too long
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
	 * The stacks whose names come after another one, in the order of the names, as the
	 * database sorts them.
	 * @param after the name; empty for the first
	 * @param limit the number of stacks at most
	 * @return the stacks
	 */
	public List<StackSummary> stacks(String after, int limit) {
		return this.stacks.after(after, Limit.of(limit));
	}

	/**
	 * The names of archives, likewise: those of stacks too.
	 * @param after the name; empty for the first
	 * @param limit the number of names at most
	 * @return the names
	 */
	public List<String> archives(String after, int limit) {
		return names(this.archivedLayers::nameAfter, after, limit);
	}

	/**
	 * The names of accumulators that are not empty, likewise.
	 * @param after the name; empty for the first
	 * @param limit the number of names at most
	 * @return the names
	 */
	public List<String> accumulators(String after, int limit) {
		return names(this.accumulators::nameAfter, after, limit);
	}

	private static List<String> names(Function<String, Optional<String>> next, String after, int limit) {
		return Stream.iterate(next.apply(after), Optional::isPresent, (name) -> name.flatMap(next))
			.flatMap(Optional::stream)
			.limit(limit)
			.toList();
	}

	/**
	 * The number of items in the inbox of a stack. Counts the first
	 * {@value #COUNTED_ROWS} transactions and ignores the rest, so that it is cheap when
	 * the inbox is long.
	 * @param stack the name of the stack
	 * @return the number of items
	 */
	public long waiting(String stack) {
		return this.inbox.sizeOfFirst(stack, COUNTED_ROWS);
	}

	/**
	 * How long the oldest item in the inbox of a stack has been waiting since its commit,
	 * as far as this application instance pushed it.
	 * @param stack the name of the stack
	 * @return the time, if anything waits
	 */
	public Optional<Duration> longestWait(String stack) {
		return this.engine.sequencer().longestWait(stack);
	}

	/**
	 * Places the inbox of a stack, and waits for it. The caller is in no transaction.
	 * Pruned layers go to the pruner of a handle that is in use; without one they stay.
	 * @param stack the name of the stack
	 * @return the number of items that this call has placed; others may place some at the
	 * same time
	 * @throws IllegalArgumentException if the name is empty or too long
	 * @throws IllegalStateException if the caller is in a transaction
	 */
	public int place(String stack) {
		return this.engine.sequencer().place(this.definitions.apply(StructureNames.require(stack)));
	}

	/**
	 * Takes asynchronous pushes from now on, and places what an application that ended
	 * abruptly has left in inboxes. The inboxes are found before this returns, and placed
	 * on the executor. Those that cannot be placed stay for the next push or read. Where
	 * there are tenants, all stay for theirs.
	 * @throws TablesMissingException if the database does not have the tables
	 */
	public void start() {
		this.engine.gate().open();
		if (!this.engine.tenants().exist()) {
			placeInboxes(this.engine.tables().inboxScan().names());
		}
	}

	@SuppressWarnings("FutureReturnValueIgnored") // each failure is logged
	private void placeInboxes(List<String> names) {
		this.engine.gate().supply(() -> {
			this.engine.tables().makeRepositories();
			names.forEach(this::placeInbox);
			return names;
		}, this.engine.executor());
	}

	private void placeInbox(String stack) {
		logger.debug("Placing the inbox of stack '" + stack + "' at start");
		try {
			this.engine.sequencer().drain(this.definitions.apply(stack));
		}
		catch (RuntimeException ex) {
			logger.debug(
					"The inbox of stack '" + stack + "' was not placed at start; the next push or read tries again",
					ex);
		}
	}

	/**
	 * Gets ready to stop: takes no more asynchronous pushes, which fail with a
	 * {@link RejectedExecutionException} from now on, and waits for those that were taken
	 * and for the placement of committed transactions. When the time is over, pushes that
	 * have not begun are refused in the same way, and inboxes stay as they are. Other
	 * pushes and reads go on.
	 * @param limit how long to wait
	 * @return whether all that was taken is done; otherwise something was refused, or is
	 * still being worked at
	 */
	public boolean finish(Duration limit) {
		boolean done = this.engine.gate().close(limit);
		if (!done) {
			this.engine.sequencer().refuseRest();
		}
		return done;
	}

}
