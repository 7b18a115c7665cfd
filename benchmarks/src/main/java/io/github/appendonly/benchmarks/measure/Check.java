package io.github.appendonly.benchmarks.measure;

/**
 * Tells what a round has left in the database.
 */
@FunctionalInterface
public interface Check {

	/** For operations that store nothing, and check themselves what they get. */
	Check NOTHING_STORED = (ledger) -> {
	};

	/**
	 * Enters each item that has been stored since the last check.
	 * @param ledger compares it with what callers know of
	 */
	void check(Ledger ledger);

	/**
	 * This check, and then another one.
	 * @param next the other check
	 * @return both
	 */
	default Check and(Check next) {
		return (ledger) -> {
			check(ledger);
			next.check(ledger);
		};
	}

}
