package io.github.appendonly.benchmarks.measure;

/**
 * The heading of results.
 *
 * @param scenario the name of the scenario
 * @param variant its variant; empty if there is only one
 * @param threads the number of callers
 */
public record Heading(String scenario, String variant, int threads) {

	/**
	 * The heading of the results of one kind of calls.
	 * @param kind the kind; empty if there is only one
	 * @return the heading
	 */
	public Heading with(String kind) {
		return new Heading(this.scenario, (this.variant + " " + kind).strip(), this.threads);
	}

	@Override
	public String toString() {
		return this.scenario + (this.variant.isEmpty() ? "" : " (" + this.variant + ")") + ", " + this.threads
				+ ((this.threads == 1) ? " caller" : " callers");
	}

}
