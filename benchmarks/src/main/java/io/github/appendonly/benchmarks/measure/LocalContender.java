package io.github.appendonly.benchmarks.measure;

/**
 * A contender in this JVM.
 *
 * @param name its name
 * @param preparation prepares its data
 * @param operation the operation of its callers
 * @param check finds the items that they have stored
 */
public record LocalContender(String name, Runnable preparation, Operation operation, Check check) implements Contender {

	/**
	 * Creates a contender that needs no preparation.
	 * @param name its name
	 * @param operation the operation of its callers
	 * @param check finds the items that they have stored
	 */
	public LocalContender(String name, Operation operation, Check check) {
		this(name, () -> {
		}, operation, check);
	}

	@Override
	public void prepare() {
		this.preparation.run();
	}

	@Override
	public Round play(Load load) {
		Calls calls = Calls.make(load, this.operation);
		Ledger ledger = calls.ledger();
		this.check.check(ledger);
		return calls.round(ledger);
	}

}
