package io.github.appendonly.internal;

/**
 * Tells the errors that end the JVM from those that are failures like any other.
 */
public final class Errors {

	/*
	 * ThreadDeath is recognized by its name. It is deprecated for removal.
	 */

	private Errors() {
	}

	/**
	 * Returns whether a failure ends the JVM, or the thread that it occurs on, so that it
	 * must not be handled. An {@link OutOfMemoryError} does. A {@link StackOverflowError}
	 * does not: it is the failure of one call, and the stack is free again above it.
	 * @param failure the failure
	 * @return whether to let the failure pass
	 */
	public static boolean endJvm(Throwable failure) {
		return (failure instanceof VirtualMachineError && !(failure instanceof StackOverflowError))
				|| failure.getClass().getName().equals("java.lang.ThreadDeath");
	}

}
