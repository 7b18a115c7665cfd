package io.github.appendonly.jpa.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.github.appendonly.internal.Errors;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs batches on threads that nobody can interrupt, where an interrupt of the calling
 * thread would harm others.
 */
public final class Shelter {

	/*
	 * On a platform thread, an interrupt does not reach a driver that reads from a
	 * socket. On a virtual thread, it closes the socket, and all callers of the batch
	 * would not know whether their items are stored. A database in a file of this process
	 * is worse: an interrupt closes its file, and so the database, for everybody. There,
	 * a thread of this class leads in place of a caller. It stays as long as callers
	 * wait. To go to and fro for each batch takes as long as the batch itself.
	 *
	 * Elsewhere, a batch runs on the calling thread, which saves two switches of threads.
	 */

	private static final Log logger = LogFactory.getLog(Shelter.class);

	/**
	 * A thread that nobody interrupts.
	 */
	private static final class BatchThread extends Thread {

		BatchThread(Runnable task, int number) {
			super(task, "appendonly-batch-" + number);
			setDaemon(true);
		}

	}

	private static final long KEEP_ALIVE_MILLIS = 500;

	private final Supplier<String> url;

	private final DelayingExecutor executor;

	private final boolean embeddable;

	private volatile @Nullable Boolean inFile;

	/**
	 * Creates a shelter without threads.
	 * @param embeddable whether the database may be in a file of this process
	 */
	public Shelter(Transactions transactions, Tenants tenants, boolean embeddable) {
		this(() -> transactions.detached(() -> transactions.inAutoCommit(Shelter::url)), tenants, embeddable);
	}

	/**
	 * Creates a shelter without threads for batches on a connection beside the callers'
	 * transactions.
	 * @param embeddable whether the database may be in a file of this process
	 */
	public Shelter(SideConnection connection, Tenants tenants, boolean embeddable) {
		this(() -> connection.inAutoCommit(Shelter::url), tenants, embeddable);
	}

	private Shelter(Supplier<String> url, Tenants tenants, boolean embeddable) {
		this.url = url;
		this.embeddable = embeddable;
		AtomicInteger count = new AtomicInteger();
		ThreadPoolExecutor threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, KEEP_ALIVE_MILLIS,
				TimeUnit.MILLISECONDS, new SynchronousQueue<>(),
				(task) -> new BatchThread(task, count.incrementAndGet()));
		this.executor = tenants.carriedBy((task, delay) -> threads.execute(task));
	}

	/**
	 * Leads in place of a caller, if the database is known to be in a file of this
	 * process.
	 * @param leading leads for callers as long as they wait
	 */
	public void lead(Runnable leading) {
		if (Boolean.TRUE.equals(this.inFile)) {
			try {
				this.executor.execute(leading);
				return;
			}
			catch (Throwable ex) { // there is no memory for a thread
				logger.debug("A caller leads, although an interrupt could close the database", ex);
			}
		}
		leading.run();
	}

	/**
	 * Runs a batch.
	 * @param requests the number of requests in the batch
	 */
	public <R> R run(int requests, Supplier<R> batch) {
		return (isNeeded(requests) && !(Thread.currentThread() instanceof BatchThread)) ? elsewhere(batch)
				: batch.get();
	}

	private boolean isNeeded(int requests) {
		return (this.embeddable && isInFile()) || (requests > 1 && isVirtual(Thread.currentThread()));
	}

	private boolean isInFile() {
		Boolean known = this.inFile;
		if (known == null) {
			known = !this.url.get().matches("jdbc:h2:(mem|tcp|ssl):.*");
			this.inFile = known;
		}
		return known;
	}

	/**
	 * Returns the URL of a connection's database.
	 */
	private static String url(Connection connection) throws SQLException {
		return connection.getMetaData().getURL();
	}

	/**
	 * Java 17 has no method that tells. Later versions name the group of virtual threads.
	 */
	private static boolean isVirtual(Thread thread) {
		ThreadGroup group = thread.getThreadGroup();
		return group != null && group.getName().equals("VirtualThreads");
	}

	private <R> R elsewhere(Supplier<R> batch) {
		FutureTask<R> task = new FutureTask<>(batch::get);
		this.executor.execute(task);
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return task.get();
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		catch (ExecutionException ex) {
			throw Errors.unchecked(Objects.requireNonNull(ex.getCause()));
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
