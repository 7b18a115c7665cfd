package io.github.appendonly.benchmarks.measure;

/**
 * What results are about.
 *
 * @param scenario the name of the scenario
 * @param variant which form of it; empty if there is only one
 * @param threads how many callers
 */
public record Heading(String scenario, String variant, int threads) {

	@Override
	public String toString() {
		return this.scenario + (this.variant.isEmpty() ? "" : " (" + this.variant + ")") + ", " + this.threads
				+ ((this.threads == 1) ? " caller" : " callers");
	}

}
