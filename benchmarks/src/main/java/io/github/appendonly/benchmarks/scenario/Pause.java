package io.github.appendonly.benchmarks.scenario;

/**
 * Pauses of the calling thread.
 */
final class Pause {

	private Pause() {
	}

	static void ofMillis(long millis) {
		try {
			Thread.sleep(millis);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

}
