package io.github.appendonly.benchmarks.measure;

/**
 * A contender in this JVM.
 *
 * @param name what it is called
 * @param preparation makes its data
 * @param operation what its callers do
 * @param check tells what they have stored
 */
public record LocalContender(String name, Runnable preparation, Operation operation, Check check) implements Contender {

	/**
	 * A contender that needs no data before it starts.
	 * @param name what it is called
	 * @param operation what its callers do
	 * @param check tells what they have stored
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
