package io.github.appendonly.benchmarks.measure;

import java.util.ArrayList;
import java.util.List;

/**
 * A contender in this JVM.
 *
 * @param name its name
 * @param preparation prepares its data
 * @param crews its callers; only the first crew stores items
 * @param check finds the items that they have stored
 */
public record LocalContender(String name, Runnable preparation, List<Crew> crews, Check check) implements Contender {

	/**
	 * Copies the crews.
	 */
	public LocalContender {
		crews = List.copyOf(crews);
	}

	/**
	 * Creates a contender whose callers do all the same.
	 * @param name its name
	 * @param preparation prepares its data
	 * @param operation the operation of its callers
	 * @param check finds the items that they have stored
	 */
	public LocalContender(String name, Runnable preparation, Operation operation, Check check) {
		this(name, preparation, List.of(Crew.all(operation)), check);
	}

	/**
	 * Creates a contender whose callers do all the same, and that needs no preparation.
	 * @param name its name
	 * @param operation the operation of its callers
	 * @param check finds the items that they have stored
	 */
	public LocalContender(String name, Operation operation, Check check) {
		this(name, LocalContender::prepareNothing, operation, check);
	}

	/**
	 * Creates a contender with several crews, and that needs no preparation.
	 * @param name its name
	 * @param crews its callers; only the first crew stores items
	 * @param check finds the items that they have stored
	 */
	public LocalContender(String name, List<Crew> crews, Check check) {
		this(name, LocalContender::prepareNothing, crews, check);
	}

	private static void prepareNothing() {
	}

	@Override
	public void prepare() {
		this.preparation.run();
	}

	@Override
	public List<Round> play(Load load) {
		List<Calls> calls = Calls.make(load, this.crews);
		Check next = this.check;
		List<Round> rounds = new ArrayList<>();
		for (Calls each : calls) {
			Ledger ledger = each.ledger();
			next.check(ledger);
			rounds.add(each.round(ledger));
			next = Check.NOTHING_STORED;
		}
		return rounds;
	}

}
