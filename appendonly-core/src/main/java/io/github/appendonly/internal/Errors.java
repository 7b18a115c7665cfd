package io.github.appendonly.internal;

/**
 * Tells the errors that end the JVM from those that are failures like any other, and
 * throws failures of any type.
 */
public final class Errors {

	/*
	 * ThreadDeath is recognized by its name. It is deprecated for removal.
	 */

	private Errors() {
	}

	/**
	 * Throws a failure as it is, a checked exception too. Code of an application may be
	 * written in a language that does not check exceptions.
	 * @param failure the failure
	 * @return nothing; it lets the caller write {@code throw}
	 */
	public static RuntimeException unchecked(Throwable failure) {
		return Errors.<RuntimeException>throwAs(failure);
	}

	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	private static <X extends Throwable> X throwAs(Throwable failure) throws X {
		throw (X) failure;
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
