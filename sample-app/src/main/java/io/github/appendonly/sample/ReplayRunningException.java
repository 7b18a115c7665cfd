package io.github.appendonly.sample;

/**
 * Thrown when a concurrent replay is asked for while another one is under way.
 */
class ReplayRunningException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	ReplayRunningException() {
		super("A concurrent replay is under way. Ask again when it is done");
	}

}
