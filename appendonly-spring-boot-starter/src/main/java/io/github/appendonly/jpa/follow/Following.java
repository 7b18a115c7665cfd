package io.github.appendonly.jpa.follow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.appendonly.Changes;
import io.github.appendonly.Followable;
import io.github.appendonly.Position;
import io.github.appendonly.follow.Interest;
import io.github.appendonly.follow.TailSource;
import io.github.appendonly.follow.Tails;
import io.github.appendonly.jpa.sequencer.StackWatch;
import io.github.appendonly.jpa.table.Database;
import io.github.appendonly.jpa.table.StructureTables;
import io.github.appendonly.jpa.transaction.DatabaseFailures;
import io.github.appendonly.jpa.transaction.Tenants;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/**
 * The followers of the stacks of one persistence unit.
 * <p>
 * A stack is followed for the tenant that the caller of {@code follow} or
 * {@code publisher} works for. Reads on other threads take the tenant with them.
 * Followers are called on threads that work for no tenant.
 * <p>
 * All methods may be called by many threads at once.
 */
public final class Following implements StackWatch {

	private static final Log logger = LogFactory.getLog(Following.class);

	/**
	 * A stack that is followed. Keys of one stack are equal, whoever made them.
	 */
	private static final class Key {

		private final Object id;

		private final String stack;

		private final Executor asTenant;

		Key(Object id, String stack, Executor asTenant) {
			this.id = id;
			this.stack = stack;
			this.asTenant = asTenant;
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Key key && key.id.equals(this.id);
		}

		@Override
		public int hashCode() {
			return this.id.hashCode();
		}

		<R> R asTenant(Supplier<R> work) {
			List<R> result = new ArrayList<>(1);
			this.asTenant.execute(() -> result.add(work.get()));
			return result.get(0);
		}

	}

	/**
	 * Reads for the tenant of a key.
	 */
	private record TenantSource<T>(Key key, TailSource<T> source) implements TailSource<T> {

		@Override
		public Changes<T> since(Position than, int limit) {
			return this.key.asTenant(() -> this.source.since(than, limit));
		}

		@Override
		public Changes<T> fromOldest(int limit) {
			return this.key.asTenant(() -> this.source.fromOldest(limit));
		}

		@Override
		public Position newest() {
			return this.key.asTenant(this.source::newest);
		}

		@Override
		public String structure() {
			return this.source.structure();
		}

	}

	private final Tenants tenants;

	private final Watcher watcher;

	private final Tails<Key> tails;

	private final Optional<Notifications> notifications;

	/** What is watched for followers. */
	private final Map<Key, Watcher.Registration> watched = new ConcurrentHashMap<>();

	/**
	 * Creates what stacks need to be followed. Nothing is followed yet.
	 * @param tables the tables
	 * @param tenants the tenants
	 * @param placing places the inbox of a stack; it does not wait for that
	 * @param settings how stacks are followed
	 */
	public Following(StructureTables tables, Tenants tenants, Consumer<String> placing, FollowSettings settings) {
		this.tenants = tenants;
		this.watcher = new Watcher(tables.versions()::of, tenants, settings.watching(), placing,
				new Watcher.Intervals(settings.shortestInterval(), settings.longestInterval()), this::watching,
				System::nanoTime);
		this.notifications = settings.notifying()
			.filter((connections) -> mayNotify(tables, tenants))
			.map((connections) -> new Notifications(Line.on(connections), tables.notifyChannel()::send, this.watcher,
					settings.sending(), Notifications.Waits.DEFAULT));
		this.tails = new Tails<>(settings.threads(), DatabaseFailures::mayReadLater, new Watching());
	}

	private static boolean mayNotify(StructureTables tables, Tenants tenants) {
		if (tables.database() != Database.POSTGRESQL) {
			logger.info("appendonly.follow.notify=true has no effect: it is only for PostgreSQL."
					+ " Followers find what is new by looking");
			return false;
		}
		if (tenants.exist()) {
			logger.warn("appendonly.follow.notify=true has no effect: the persistence unit has tenants, and their"
					+ " databases are not known. Followers find what is new by looking");
			return false;
		}
		if (!ClassUtils.isPresent("org.postgresql.PGConnection", Following.class.getClassLoader())) {
			logger.warn("appendonly.follow.notify=true has no effect: it needs the driver org.postgresql:postgresql."
					+ " Followers find what is new by looking");
			return false;
		}
		return true;
	}

	/**
	 * Returns what finds out which stacks have changed.
	 */
	public Watcher watcher() {
		return this.watcher;
	}

	/**
	 * Returns a stack of the calling thread's tenant, to be followed.
	 * @param <T> the type of the items
	 * @param stack the name of the stack
	 * @param source reads the stack, or more than the stack
	 */
	public <T> Followable<T> followable(String stack, TailSource<T> source) {
		Key key = new Key(this.tenants.key(stack), stack, this.tenants.ofCaller());
		return this.tails.followable(key, this.tenants.exist() ? new TenantSource<>(key, source) : source);
	}

	@Override
	public void changed(String stack, @Nullable Long version) {
		this.watcher.changed(stack, version);
		this.notifications.ifPresent((all) -> all.changed(stack));
	}

	private void watching(boolean any) {
		this.notifications.ifPresent(any ? Notifications::listen : Notifications::listenNoLonger);
	}

	/**
	 * Accepts followers again, after a {@link #stop()}.
	 */
	public void start() {
		this.notifications.ifPresent(Notifications::start);
		this.tails.start();
		this.watcher.resume();
	}

	/**
	 * Ends all subscriptions, and refuses new ones. Calls of followers that have begun go
	 * on.
	 * @return completes when no call is under way any more
	 */
	public CompletableFuture<Void> stop() {
		CompletableFuture<Void> ended = this.tails.stop();
		this.notifications.ifPresent(Notifications::stop);
		return ended;
	}

	/**
	 * Has the watcher look at what is followed.
	 */
	private final class Watching implements Interest<Key> {

		@Override
		public void gained(Key key) {
			key.asTenant.execute(() -> Following.this.watched.put(key,
					Following.this.watcher.watch(key.stack, () -> Following.this.tails.wake(key))));
		}

		@Override
		public void lost(Key key) {
			Watcher.Registration registration = Following.this.watched.remove(key);
			if (registration != null) {
				registration.close();
			}
		}

	}

}
