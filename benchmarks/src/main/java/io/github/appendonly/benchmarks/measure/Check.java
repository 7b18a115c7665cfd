package io.github.appendonly.benchmarks.measure;

/**
 * Finds the items that a round has stored in the database.
 */
@FunctionalInterface
public interface Check {

	/** For operations that store nothing, and check their results themselves. */
	Check NOTHING_STORED = (ledger) -> {
	};

	/**
	 * Enters each item that was stored since the last check.
	 * @param ledger compares them with the acknowledged items
	 */
	void check(Ledger ledger);

	/**
	 * Combines this check with another one.
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
