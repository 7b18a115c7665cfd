package io.github.appendonly.benchmarks.measure;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A thread for each caller. Virtual threads are created by reflection, since the code is
 * also compiled for runtimes without them.
 */
public final class CallerThreads {

	private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

	private CallerThreads() {
	}

	/**
	 * Whether the runtime has virtual threads.
	 * @return whether callers can be virtual
	 */
	public static boolean haveVirtual() {
		return Runtime.version().feature() >= FIRST_WITH_VIRTUAL_THREADS;
	}

	static ExecutorService start(Load load) {
		return (load.virtual() && haveVirtual()) ? virtual() : Executors.newFixedThreadPool(load.callers());
	}

	private static ExecutorService virtual() {
		try {
			MethodHandle factory = MethodHandles.publicLookup()
				.findStatic(Executors.class, "newVirtualThreadPerTaskExecutor",
						MethodType.methodType(ExecutorService.class));
			return (ExecutorService) factory.invokeExact();
		}
		catch (Throwable ex) {
			throw new IllegalStateException("No virtual threads", ex);
		}
	}

}
