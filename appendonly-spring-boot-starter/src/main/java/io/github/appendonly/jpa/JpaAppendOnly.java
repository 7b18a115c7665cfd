package io.github.appendonly.jpa;

import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.stream.Stream;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import jakarta.persistence.EntityManagerFactory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.data.domain.Limit;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * The structures of one persistence unit.
 */
public final class JpaAppendOnly implements AppendOnly {

	/**
	 * How to go about it.
	 *
	 * @param retryPolicy how often work that lost a race is tried again; it should
	 * include what {@link JpaAppendOnly#isTransient(Throwable)} accepts
	 * @param groupCommit whether pushes of many callers are committed together
	 * @param portableSql whether to use only SQL that any database knows; otherwise a
	 * batch is a single statement on PostgreSQL
	 * @param listeners told of what becomes of pushes
	 */
	public record Options(RetryPolicy retryPolicy, boolean groupCommit, boolean portableSql,
			List<SequencerListener> listeners) {

		/**
		 * Copies the listeners.
		 */
		public Options {
			listeners = List.copyOf(listeners);
		}

	}

	private static final Log logger = LogFactory.getLog(JpaAppendOnly.class);

	private static final int COUNTED_ROWS = 10_000;

	private final EntityManagerFactory entityManagerFactory;

	private final Repositories repositories;

	private final Tables tables;

	private final ItemCodec codec;

	private final DecodedSlices decoded = new DecodedSlices();

	private final Tenants tenants;

	private final DelayingExecutor executor;

	private final Intake intake = new Intake();

	private final Transactions transactions;

	private final StackRepository stacks;

	private final SliceRepository slices;

	private final InboxRepository inbox;

	private final AccumulatorRepository accumulators;

	private final ArchivedLayerRepository archivedLayers;

	private final ArchiveStore archiveStore;

	private final StackStore store;

	private final Sequencer sequencer;

	private final BatchReports reports;

	private final StackPushes pushes;

	private final StackReads reads;

	/**
	 * Works on a persistence unit that has our entities.
	 * @param entityManagerFactory the persistence unit
	 * @param transactionManager its transaction manager, for transactions of our own;
	 * unless there are tenants, for whom we begin them
	 * @param codec writes and reads the items
	 * @param executor places what transactions have pushed, after they have committed;
	 * its tasks take one database connection each
	 * @param options how to go about it
	 * @throws EntitiesNotManagedException if the persistence unit lacks the entities
	 */
	public JpaAppendOnly(EntityManagerFactory entityManagerFactory, PlatformTransactionManager transactionManager,
			ItemCodec codec, DelayingExecutor executor, Options options) {
		AppendOnlyEntities.requireIn(entityManagerFactory);
		this.entityManagerFactory = entityManagerFactory;
		this.repositories = new Repositories(
				SharedEntityManagerCreator.createSharedEntityManager(entityManagerFactory));
		this.codec = codec;
		this.tenants = new Tenants(entityManagerFactory);
		this.executor = this.tenants.carriedBy(executor);
		this.stacks = this.repositories.get(StackRepository.class);
		this.slices = this.repositories.get(SliceRepository.class);
		this.inbox = this.repositories.get(InboxRepository.class);
		this.accumulators = this.repositories.get(AccumulatorRepository.class);
		this.archivedLayers = this.repositories.get(ArchivedLayerRepository.class);
		this.transactions = new Transactions(entityManagerFactory, this.tenants.transactions(transactionManager),
				this.executor, this.intake, options.retryPolicy());
		this.archiveStore = new ArchiveStore(this.archivedLayers);
		this.tables = Tables.of(entityManagerFactory);
		this.reports = new BatchReports(this.tenants, options.listeners());
		StackCreation creation = new StackCreation(entityManagerFactory, this.transactions, this.stacks, this.tables);
		InboxWriter inboxWriter = new InboxWriter(this.transactions, this.tables);
		StackRows rows = new StackRows(this.transactions, this.tables);
		PlanWriter portable = new JpaPlanWriter(rows, this.slices, this.archiveStore);
		SessionFactoryImplementor sessionFactory = entityManagerFactory.unwrap(SessionFactoryImplementor.class);
		boolean postgres = sessionFactory.getJdbcServices().getDialect() instanceof PostgreSQLDialect;
		Optional<PostgresPlanWriter> special = (postgres && !options.portableSql())
				? Optional.of(new PostgresPlanWriter(this.transactions, this.tables)) : Optional.empty();
		this.store = new StackStore(rows, this.stacks, creation, this.slices, this.inbox, this.archiveStore,
				special.map(PlanWriter.class::cast).orElse(portable), this.reports);
		this.sequencer = new Sequencer(this.store,
				special
					.map((writer) -> new DirectPlacing(this.tenants, this.tables, writer, inboxWriter, this.reports)),
				this.transactions, this.tenants, this.executor, this.intake, options.retryPolicy(),
				options.groupCommit(), this.reports);
		this.pushes = new StackPushes(this.transactions, this.sequencer, this.store, inboxWriter, this.reports);
		this.reads = new StackReads(this.transactions, this.sequencer, this.pushes, this.stacks, this.slices,
				this.inbox);
	}

	/**
	 * Whether a failure says that a transaction was rolled back because of another one,
	 * so that it is worth another try.
	 * @param failure the failure
	 * @return whether to try again
	 */
	public static boolean isTransient(Throwable failure) {
		return Transactions.isTransient(failure);
	}

	@Override
	public <T> AppendStack<T> stack(String name, Type type, StackSettings<T> settings) {
		return new JpaAppendStack<>(new StackDefinition<>(name, settings, items("stack", name, type, this.decoded)),
				this.pushes, this.reads);
	}

	@Override
	public <T> Archive<T> archive(String name, Type type) {
		return new JpaArchive<>(name, items("archive", name, type, DecodedSlices.NONE), this.transactions,
				this.archiveStore, this.archivedLayers);
	}

	@Override
	public <T> Accumulator<T> accumulator(String name, Type type) {
		return new JpaAccumulator<>(name, items("accumulator", name, type, DecodedSlices.NONE), this.transactions,
				this.accumulators);
	}

	private <T> TypedItems<T> items(String kind, String name, Type type, DecodedSlices decoded) {
		return TypedItems.of(kind + " '" + requireName(name) + "'", type, this.codec, this.entityManagerFactory,
				decoded);
	}

	private static String requireName(String name) {
		boolean printable = name.codePoints()
			.noneMatch((c) -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
		if (name.isBlank() || name.length() > StackRow.NAME_LENGTH || !printable) {
			throw new IllegalArgumentException("A name is a text of 1 to " + StackRow.NAME_LENGTH
					+ " characters without control characters, but got \"" + name + "\"");
		}
		return name;
	}

	@Override
	public StackStatus status(String stack) {
		Optional<StackHead> row = this.stacks.head(requireName(stack));
		StackBounds bounds = row.map(StackHead::bounds).orElse(StackBounds.DEFAULT);
		List<StackStatus.LayerStatus> layers = row.map((head) -> layers(stack, head)).orElse(List.of());
		Optional<Position> newest = layers.stream()
			.findFirst()
			.map((layer) -> new Position(layer.generation(), layer.length() - 1));
		return new StackStatus(stack, bounds, row.map(StackHead::archived).orElse(false), newest, layers,
				this.inbox.size(stack), this.archiveStore.layerCount(stack), this.sequencer.conflicts(stack));
	}

	private List<StackStatus.LayerStatus> layers(String stack, StackHead head) {
		return this.slices.lengthsNewestFirst(stack)
			.stream()
			.map((layer) -> new StackStatus.LayerStatus(layer.generation(), layer.length(),
					layer.generation() < head.generation() || layer.length() >= head.maxLength()))
			.toList();
	}

	@Override
	public int expireArchive(String name, Instant before) {
		requireName(name);
		Objects.requireNonNull(before, "before");
		if (this.transactions.isActive()) {
			this.transactions.requireWritable("archive '" + name + "'");
			return this.archiveStore.expire(name, before);
		}
		return this.transactions.inOwn(() -> this.archiveStore.expire(name, before));
	}

	@Override
	public void drop(String name) {
		requireName(name);
		if (this.transactions.isActive()) {
			this.transactions.requireWritable("'" + name + "'");
			this.pushes.writeBuffered(name);
			JpaAccumulator.writeBuffered(name, this.transactions, this.accumulators);
			delete(name);
		}
		else {
			this.transactions.inOwn(() -> {
				delete(name);
				return name;
			});
		}
	}

	private void delete(String name) {
		this.store.delete(name);
		this.accumulators.deleteAll(name);
		this.sequencer.forget(name);
	}

	/**
	 * Places what waits in inboxes by now: an application that ended abruptly has left it
	 * there. It is placed on the executor; what cannot be placed stays for the next push
	 * or read. Where there are tenants, it all stays for theirs.
	 * @param known the stacks' handles by which to place it; others are placed without
	 * their pruner, if they have one
	 * @throws TablesMissingException if the database does not have the tables
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // each failure is logged
	public void placeLeftovers(List<AppendStack<?>> known) {
		if (this.tenants.exist()) {
			return;
		}
		List<StackDefinition<?>> left = new ArrayList<>();
		new Leftovers(this.entityManagerFactory, this.tables).names()
			.forEach((name) -> left.add(definition(name, known)));
		this.intake.supply(() -> {
			this.repositories.makeAll();
			left.forEach(this::placeLeftovers);
			return left;
		}, this.executor);
	}

	/**
	 * Places what waits in the inbox of a stack by now, and waits for it. The caller is
	 * in no transaction.
	 * @param stack the name of the stack
	 * @param known the stacks' handles by which to place it, as for
	 * {@link #placeLeftovers}
	 * @return the number of items that were placed by this; others may have been at it at
	 * the same time
	 * @throws IllegalArgumentException if the name is empty or too long
	 * @throws IllegalStateException if the caller is in a transaction
	 */
	public int place(String stack, List<AppendStack<?>> known) {
		return this.sequencer.place(definition(requireName(stack), known));
	}

	/**
	 * Gets ready to stop: takes no more asynchronous pushes, which fail with a
	 * {@link RejectedExecutionException} from now on, and waits for those that were taken
	 * and for what transactions have pushed. When the time is over, what has not been
	 * begun is refused in the same way; what transactions have pushed stays in the inbox
	 * then. Other pushes and reads go on.
	 * @param limit how long to wait
	 * @return whether all that was taken is done; otherwise something was refused, or is
	 * still being worked at
	 */
	public boolean finish(Duration limit) {
		boolean done = this.intake.close(limit);
		if (!done) {
			this.sequencer.refuseRest();
		}
		return done;
	}

	/**
	 * Takes asynchronous pushes again.
	 */
	public void resume() {
		this.intake.open();
	}

	/**
	 * How many items of a stack wait to be placed. Counts the first
	 * {@value #COUNTED_ROWS} transactions and takes the rest as none, so that it is cheap
	 * when it matters.
	 * @param stack the name of the stack
	 * @return the number of items
	 */
	public long waiting(String stack) {
		return this.inbox.sizeOfFirst(stack, COUNTED_ROWS);
	}

	/**
	 * How long the oldest of what waits has been waiting since it was committed, as far
	 * as it was pushed by this application instance.
	 * @param stack the name of the stack
	 * @return the time, if anything waits
	 */
	public Optional<Duration> longestWait(String stack) {
		return this.reports.longestWait(stack);
	}

	/**
	 * The stacks whose names come after another one, in the order of the names, as the
	 * database has it.
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

	private void placeLeftovers(StackDefinition<?> definition) {
		logger.debug("Placing what was left in the inbox of stack '" + definition.name() + "'");
		try {
			this.sequencer.drain(definition);
		}
		catch (RuntimeException ex) {
			logger.debug("What was left in the inbox of stack '" + definition.name() + "' stays there", ex);
		}
	}

	private StackDefinition<?> definition(String name, List<AppendStack<?>> known) {
		for (AppendStack<?> stack : known) {
			if (stack instanceof JpaAppendStack<?> handle && handle.definition().name().equals(name)) {
				return handle.definition();
			}
		}
		return new StackDefinition<>(name, StackSettings.unchanged(),
				items("stack", name, Object.class, DecodedSlices.NONE));
	}

}
