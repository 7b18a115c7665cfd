package io.github.appendonly.sample;

/**
 * A concurrent replay was requested while another one is running.
 */
class ReplayRunningException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	ReplayRunningException() {
		super("A concurrent replay is already running. Try again when it has finished");
	}

}
