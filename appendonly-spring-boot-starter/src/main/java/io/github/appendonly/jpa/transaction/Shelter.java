package io.github.appendonly.jpa.transaction;

import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.github.appendonly.internal.Errors;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Runs batches on threads that nobody can interrupt, where an interrupt of the calling
 * thread would harm others.
 */
public final class Shelter {

	/*
	 * On a platform thread, an interrupt does not reach a driver that reads from a
	 * socket. On a virtual thread, it closes the socket, and all callers of the batch
	 * would not know whether their items are stored. A database in a file of this process
	 * is worse: an interrupt closes its file, and so the database, for everybody.
	 *
	 * Elsewhere, a batch runs on the calling thread, which saves two switches of threads.
	 */

	private static final long KEEP_ALIVE_MILLIS = 500;

	private final Transactions transactions;

	private final DelayingExecutor executor;

	private final boolean embeddable;

	private volatile @Nullable Boolean inFile;

	/**
	 * Creates a shelter without threads.
	 * @param embeddable whether the database may be in a file of this process
	 */
	public Shelter(Transactions transactions, Tenants tenants, boolean embeddable) {
		this.transactions = transactions;
		this.embeddable = embeddable;
		CustomizableThreadFactory factory = new CustomizableThreadFactory("appendonly-batch-");
		factory.setDaemon(true);
		ThreadPoolExecutor threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, KEEP_ALIVE_MILLIS,
				TimeUnit.MILLISECONDS, new SynchronousQueue<>(), factory);
		this.executor = tenants.carriedBy((task, delay) -> threads.execute(task));
	}

	/**
	 * Runs a batch.
	 * @param requests the number of requests in the batch
	 */
	public <R> R run(int requests, Supplier<R> batch) {
		return isNeeded(requests) ? elsewhere(batch) : batch.get();
	}

	private boolean isNeeded(int requests) {
		return (this.embeddable && isInFile()) || (requests > 1 && isVirtual(Thread.currentThread()));
	}

	private boolean isInFile() {
		Boolean known = this.inFile;
		if (known == null) {
			String url = this.transactions
				.detached(() -> this.transactions.inAutoCommit((connection) -> connection.getMetaData().getURL()));
			known = !url.matches("jdbc:h2:(mem|tcp|ssl):.*");
			this.inFile = known;
		}
		return known;
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
