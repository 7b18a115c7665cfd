package io.github.appendonly.internal;

/**
 * Looks ahead whether the calling thread has stack left. Work that must not end in the
 * middle asks before it begins. So a {@link StackOverflowError} comes before anything has
 * happened, and not at any moment.
 */
public final class StackRoom {

	/*
	 * Java does not tell how much stack is left. So the method calls itself some times,
	 * as the work would. Its frames hold many values across the call. Therefore each
	 * takes at least 100 bytes, interpreted or compiled.
	 */

	/** Enough to queue work and to hand it to another thread. */
	private static final int TO_QUEUE = 100;

	/** Enough to commit a batch with Spring, Hibernate and a driver. */
	private static final int TO_COMMIT = 1000;

	private StackRoom() {
	}

	/**
	 * Checks that there is enough stack to queue work, and to hand it to another thread.
	 * @throws StackOverflowError if there is not
	 */
	public static void requireToQueue() {
		use(TO_QUEUE, 1, 2, 3, 4, 5, 6, 7, 8);
	}

	/**
	 * Returns whether there is enough stack to commit a batch.
	 */
	public static boolean isLeftToCommit() {
		try {
			use(TO_COMMIT, 1, 2, 3, 4, 5, 6, 7, 8);
			return true;
		}
		catch (StackOverflowError ex) {
			return false;
		}
	}

	private static long use(int frames, long a, long b, long c, long d, long e, long f, long g, long h) {
		long below = (frames > 0) ? use(frames - 1, b, c, d, e, f, g, h, a + frames) : 0;
		return below + a * b + c * d + e * f + g * h;
	}

}
