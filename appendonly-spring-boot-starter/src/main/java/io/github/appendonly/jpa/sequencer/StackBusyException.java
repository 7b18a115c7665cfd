package io.github.appendonly.jpa.sequencer;

/**
 * Ends an attempt to place a batch that would have to wait for another transaction.
 * Nothing has been written. It never leaves this package.
 */
final class StackBusyException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	StackBusyException(String stack) {
		super("Another transaction has the row of stack '" + stack + "' locked", null, false, false);
	}

}
