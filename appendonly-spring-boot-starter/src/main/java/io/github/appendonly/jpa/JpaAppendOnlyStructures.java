package io.github.appendonly.jpa;

import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Damage;
import io.github.appendonly.Family;
import io.github.appendonly.Position;
import io.github.appendonly.Pruner;
import io.github.appendonly.jpa.entity.EntitiesNotManagedException;
import io.github.appendonly.jpa.erasure.ParkedItems;
import io.github.appendonly.jpa.erasure.ParkedStacks;
import io.github.appendonly.jpa.family.KnownTerms;
import io.github.appendonly.jpa.follow.FollowSettings;
import io.github.appendonly.jpa.follow.Following;
import io.github.appendonly.jpa.item.DecodedLayerCache;
import io.github.appendonly.jpa.item.ItemCodec;
import io.github.appendonly.jpa.item.Items;
import io.github.appendonly.jpa.retention.PendingLimits;
import io.github.appendonly.jpa.retention.RetentionRunner;
import io.github.appendonly.jpa.sequencer.Sequencer;
import io.github.appendonly.jpa.sequencer.SequencerListener;
import io.github.appendonly.jpa.sequencer.plan.StackDefinition;
import io.github.appendonly.jpa.table.StackTerms;
import io.github.appendonly.jpa.table.SubscriberHead;
import io.github.appendonly.jpa.transaction.ConnectionSource;
import io.github.appendonly.jpa.transaction.DatabaseFailures;
import io.github.appendonly.jpa.transaction.DelayingExecutor;
import jakarta.persistence.EntityManagerFactory;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Gives handles on the structures of one persistence unit.
 */
public final class JpaAppendOnlyStructures implements AppendOnlyStructures {

	/**
	 * How pushes are placed.
	 *
	 * @param retryPolicy the policy for work that lost a race; it should include the
	 * failures that {@link JpaAppendOnlyStructures#isTransient(Throwable)} accepts
	 * @param groupCommit whether pushes of many callers are committed together
	 * @param portableSql whether to use only SQL that any database understands; if not, a
	 * batch is a single statement on PostgreSQL
	 * @param limits how long reads wait, and how much may wait in memory
	 * @param listeners the listeners that are notified of pushes and batches
	 * @param outside makes connections outside of the pool, for pushes that stand alone
	 * in a transaction; if empty, they take a second connection of the pool
	 * @param follow how stacks are followed; empty if they cannot be followed
	 */
	public record Options(RetryPolicy retryPolicy, boolean groupCommit, boolean portableSql, Limits limits,
			List<SequencerListener> listeners, Optional<ConnectionSource> outside, Optional<FollowSettings> follow) {

		/**
		 * Copies the listeners.
		 */
		public Options {
			listeners = List.copyOf(listeners);
		}

		/**
		 * Options with which stacks cannot be followed.
		 */
		public Options(RetryPolicy retryPolicy, boolean groupCommit, boolean portableSql, Limits limits,
				List<SequencerListener> listeners) {
			this(retryPolicy, groupCommit, portableSql, limits, listeners, Optional.empty(), Optional.empty());
		}

		/**
		 * Options with the default limits, with which stacks cannot be followed.
		 */
		public Options(RetryPolicy retryPolicy, boolean groupCommit, boolean portableSql,
				List<SequencerListener> listeners) {
			this(retryPolicy, groupCommit, portableSql, Limits.DEFAULT, listeners);
		}

	}

	/**
	 * What callers have to put up with.
	 *
	 * @param readWait the longest time that a read outside transactions waits for items
	 * that are committed and not placed yet
	 * @param asyncItems the maximum number of items that may wait in memory when an
	 * asynchronous push is added, at least 1
	 * @param asyncBytes their maximum size in bytes, as it is estimated, at least 1
	 * @param waitsForRoom whether an asynchronous push beyond these limits waits for
	 * room; otherwise its future fails
	 */
	public record Limits(Duration readWait, int asyncItems, long asyncBytes, boolean waitsForRoom) {

		private static final int HEAP_SHARE = 10;

		/** The limits of an application that sets none. */
		public static final Limits DEFAULT = new Limits(Duration.ofMillis(500), 50_000,
				Runtime.getRuntime().maxMemory() / HEAP_SHARE, false);

		/**
		 * Checks the limits.
		 */
		public Limits {
			if (readWait.isNegative()) {
				throw new IllegalArgumentException("readWait must not be negative, but is " + readWait);
			}
			if (asyncItems < 1 || asyncBytes < 1) {
				throw new IllegalArgumentException(
						"asyncItems and asyncBytes must be at least 1, but are " + asyncItems + " and " + asyncBytes);
			}
		}

	}

	private final EntityManagerFactory entityManagerFactory;

	private final ItemCodec codec;

	private final DecodedLayerCache decoded = new DecodedLayerCache();

	/** Apart from that of stacks, which a reader of a long archive would fill. */
	private final DecodedLayerCache decodedArchives = new DecodedLayerCache();

	private final Engine engine;

	private final PushRouter pushes;

	private final StackReader reads;

	private final KnownTerms knownTerms = new KnownTerms();

	private final PendingLimits pendingLimits = new PendingLimits(this.knownTerms::limits);

	private final PrunerHandles prunerHandles = new PrunerHandles();

	private final StructureOperations operations;

	private final ParkedStacks parked;

	private final boolean groupCommit;

	/**
	 * Creates the structures of a persistence unit that has their entities.
	 * @param entityManagerFactory the persistence unit
	 * @param transactionManager the transaction manager of the persistence unit, for
	 * internal transactions; if the persistence unit has tenants, an internal transaction
	 * manager begins them instead
	 * @param codec writes and reads the items
	 * @param executor places the items that transactions have pushed, after the commit;
	 * each of its tasks takes one database connection
	 * @param options how pushes are placed
	 * @throws EntitiesNotManagedException if the persistence unit lacks the entities
	 */
	public JpaAppendOnlyStructures(EntityManagerFactory entityManagerFactory,
			PlatformTransactionManager transactionManager, ItemCodec codec, DelayingExecutor executor,
			Options options) {
		this.entityManagerFactory = entityManagerFactory;
		this.codec = codec;
		this.engine = Engine.of(entityManagerFactory, transactionManager, executor,
				new Sequencer.Settings(options.retryPolicy(), options.groupCommit(), options.portableSql(),
						options.limits().readWait(), options.limits().asyncItems(), options.limits().asyncBytes(),
						options.limits().waitsForRoom(), options.listeners()),
				this::definition, options.outside(), options.groupCommit() ? options.follow() : Optional.empty());
		this.groupCommit = options.groupCommit();
		this.parked = new ParkedStacks(this.engine.transactions(), this.engine.tables());
		this.pushes = new PushRouter(this.engine);
		this.reads = new StackReader(this.engine, this.pushes);
		this.operations = new StructureOperations(this.engine, this::definition);
	}

	/**
	 * Returns whether a failure means that a transaction was rolled back because of
	 * another one. Such a transaction is worth another try.
	 * @param failure the failure
	 * @return whether to try again
	 */
	public static boolean isTransient(Throwable failure) {
		return DatabaseFailures.isTransient(failure);
	}

	/**
	 * Returns the operations that operators need.
	 * @return the operations
	 */
	public StructureOperations operations() {
		return this.operations;
	}

	/**
	 * Returns the followers of stacks, for the application's lifecycle and for those that
	 * have to know when a stack has changed.
	 * @return the followers; nothing if stacks cannot be followed
	 */
	public Optional<Following> following() {
		return this.engine.following();
	}

	/**
	 * Erases and replaces what durable subscribers have parked, from now on, whenever
	 * items of their stack are erased or replaced through a handle.
	 * @param parked knows the form in which items are parked
	 */
	public void eraseParked(ParkedItems parked) {
		this.parked.add(parked);
	}

	/**
	 * Returns what applies the limits of stacks: their retention, and the limits of
	 * sizes.
	 * @param portion the maximum number of layers that one transaction removes
	 * @return the runner
	 * @throws IllegalArgumentException if the number is below 1
	 */
	public RetentionRunner retention(int portion) {
		return new RetentionRunner(this.engine.transactions(), this.engine.tables(),
				this.engine.sequencer().retentions(), this.engine.sequencer().listeners(), this.pendingLimits, portion);
	}

	/**
	 * A data source that depends on the calling thread would give followers the rows of
	 * another database, and they would not know.
	 */
	private Following following(String structure) {
		return this.engine.following()
			.orElseThrow(() -> new IllegalStateException("Cannot follow the " + structure + ": "
					+ (this.groupCommit ? "no threads for followers were given to these structures"
							: "appendonly.group-commit.enabled is false, which says that the data source depends on the"
									+ " calling thread, and a follower reads on other threads. Enable group commit, or"
									+ " poll with since(…)")));
	}

	@Override
	public <T> AppendStack<T> stack(String name, Type type, Consumer<StackSettings<T>> customizer) {
		StackSettings<T> settings = new StackSettings<>();
		customizer.accept(settings);
		StackDefinition<T> definition = definition(name, type, settings.terms(), settings.pruner());
		this.knownTerms.add(name, definition.terms());
		this.pendingLimits.add(name, definition.terms().limits());
		settings.keptForSubscribers().ifPresent((layers) -> this.engine.sequencer().retentions().set(name, layers));
		settings.keyRetention().ifPresent((time) -> this.engine.keyed().retentions().set(name, time));
		return stack(definition);
	}

	<T> AppendStack<T> stack(StackDefinition<T> definition) {
		this.prunerHandles.add(definition);
		return new JpaAppendStack<>(definition, this.pushes, this.reads, this::following, this.engine, this.parked);
	}

	private <T> StackDefinition<T> definition(String name, Type type, StackTerms terms,
			Optional<Pruner<? super T>> pruner) {
		Items<T> items = items("stack", name, this.engine.tables().slices().name(), type, this.decoded);
		return new StackDefinition<>(name, terms, this.knownTerms, pruner, items);
	}

	@Override
	public <T> Family<T> family(String prefix, Type type, Consumer<StackSettings<T>> customizer) {
		StructureNames.require(prefix);
		StackSettings<T> settings = new StackSettings<>();
		customizer.accept(settings);
		StackTerms terms = settings.terms();
		Optional<Pruner<? super T>> pruner = settings.pruner();
		Function<String, StackDefinition<T>> definitions = (name) -> definition(name, type, terms, pruner);
		this.knownTerms.addFamily(prefix, terms);
		this.pendingLimits.addFamily(prefix, terms.limits());
		settings.keptForSubscribers()
			.ifPresent((layers) -> this.engine.sequencer().retentions().setAll(prefix, layers));
		settings.keyRetention().ifPresent((time) -> this.engine.keyed().retentions().setAll(prefix, time));
		if (pruner.isPresent()) {
			this.prunerHandles.addFamily(prefix, definitions::apply);
		}
		return new JpaFamily<>(prefix, type, definitions, this);
	}

	/**
	 * Returns the prefix of the family that a stack is a member of, if this node has that
	 * family.
	 */
	public Optional<String> familyOf(String stack) {
		return this.knownTerms.familyOf(stack);
	}

	@Override
	public List<String> stackNames(String prefix, String after, int limit) {
		return stackNames(prefix, after, "", limit);
	}

	/**
	 * Returns a page of names of stacks.
	 * @param excludedEnd the end of names that are left out; empty to leave none out
	 */
	List<String> stackNames(String prefix, String after, String excludedEnd, int limit) {
		requirePage(prefix, after, limit);
		return this.engine.tables().nameScan().stacks(prefix, after, excludedEnd, limit);
	}

	@Override
	public List<String> archiveNames(String prefix, String after, int limit) {
		requirePage(prefix, after, limit);
		return this.engine.tables().nameScan().archives(prefix, after, limit);
	}

	@Override
	public List<String> accumulatorNames(String prefix, String after, int limit) {
		requirePage(prefix, after, limit);
		return this.engine.tables().nameScan().accumulators(prefix, after, limit);
	}

	private static void requirePage(String prefix, String after, int limit) {
		StructureNames.requirePart(prefix);
		StructureNames.requirePart(after);
		if (limit < 1) {
			throw new IllegalArgumentException("limit must be at least 1, but is " + limit);
		}
	}

	/**
	 * Returns whether anything was pushed onto a stack, also by the caller's transaction.
	 */
	boolean exists(String name) {
		return this.pushes.hasBuffered(name) || this.engine.tables().nameScan().exists(name);
	}

	@Override
	public <T> Archive<T> archive(String name, Type type) {
		return new JpaArchive<>(name,
				items("archive", name, this.engine.tables().archives().name(), type, this.decodedArchives), this.engine,
				this.parked);
	}

	@Override
	public <T> Accumulator<T> accumulator(String name, Type type, Consumer<AccumulatorSettings> customizer) {
		AccumulatorSettings settings = new AccumulatorSettings();
		customizer.accept(settings);
		return new JpaAccumulator<>(name,
				items("accumulator", name, this.engine.tables().accumulators().name(), type, DecodedLayerCache.NONE),
				settings.keyRetention(), this.engine);
	}

	private <T> Items<T> items(String kind, String name, String table, Type type, DecodedLayerCache decoded) {
		return Items.of(kind + " '" + StructureNames.require(name) + "'", table, type, this.codec,
				this.entityManagerFactory, decoded);
	}

	/**
	 * Returns the definition for placing the inbox of a stack without a push. It belongs
	 * to a handle with the stack's pruner, if one is in use. Otherwise it has no
	 * settings.
	 */
	private StackDefinition<?> definition(String stack) {
		return this.prunerHandles.find(stack)
			.orElseGet(() -> StackDefinition.withoutSettings(stack, this.knownTerms,
					items("stack", stack, this.engine.tables().slices().name(), Object.class, DecodedLayerCache.NONE)));
	}

	@Override
	public StackStatus status(String stack) {
		return this.operations.status(stack);
	}

	@Override
	public void fence(String name) {
		StructureNames.require(name);
		this.engine.transactions().inOwn(() -> {
			this.engine.sequencer().transactional().fence(name);
			return name;
		});
	}

	@Override
	public List<Damage> verify(String name) {
		return this.operations.verify(name);
	}

	@Override
	public int expireArchive(String name, Instant before) {
		StructureNames.require(name);
		Objects.requireNonNull(before, "before");
		return this.engine.transactions()
			.inCallersOrOwn("archive '" + name + "'", () -> this.engine.tables().archives().expire(name, before));
	}

	@Override
	public int expireArchive(String name, Position before) {
		StructureNames.require(name);
		Objects.requireNonNull(before, "before");
		return this.engine.transactions().inCallersOrOwn("archive '" + name + "'", () -> {
			long newest = this.engine.tables().archives().end(name).generation();
			return this.engine.tables().expiry().deleteFromArchive(name, Math.min(newest, before.generation()));
		});
	}

	@Override
	public void drop(String name) {
		StructureNames.require(name);
		this.engine.transactions().inCallersOrOwn("'" + name + "'", () -> {
			List<SubscriberHead> subscribers = this.engine.tables().subscribers().lockAll(name);
			delete(name); // an erasure too locks the stack before what is parked of it
			subscribers.forEach(this::restart);
			return name;
		});
	}

	/**
	 * Drops what a subscriber has parked, and has it begin with the first item of the
	 * next stack of the same name.
	 */
	private void restart(SubscriberHead subscriber) {
		this.engine.tables().subscribers().write(subscriber.restarted());
		if (subscriber.parking().count() > 0) {
			delete(SubscriberHead.parkedStack(subscriber.stack(), subscriber.id()));
		}
	}

	private void delete(String name) {
		this.pushes.writeBuffered(name);
		this.engine.sequencer().transactional().delete(name);
		this.engine.sequencer().forget(name);
	}

	@Override
	public void dropAccumulator(String name) {
		StructureNames.require(name);
		this.engine.transactions().inCallersOrOwn("accumulator '" + name + "'", () -> {
			JpaAccumulator.writeBuffered(name, this.engine);
			// keys first: what is appended meanwhile is dropped, and never stored twice
			this.engine.tables().keys().deleteOfAccumulator(name);
			this.engine.tables().accumulators().deleteAll(name);
			return name;
		});
	}

}
