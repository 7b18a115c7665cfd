package io.github.appendonly.jpa.retention;

import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

import io.github.appendonly.jpa.table.ExpiryStatements.KeptLayer;

/**
 * The oldest layers of a stack or an archive: those that go, and the others, as far as
 * they were read.
 *
 * @param gone the layers that go, oldest first
 * @param left the layers after them
 * @param full whether as many layers go as may go at once
 * @param held whether the first layer that is left would go, but is held
 */
record Portion(List<KeptLayer> gone, List<KeptLayer> left, boolean full, boolean held) {

	/**
	 * Divides layers.
	 * @param layers the oldest layers
	 * @param limit the maximum number of layers that may go at once
	 * @param held the generation from which on layers stay in any case
	 * @param exceeds whether the layer of an index exceeds a limit; layers after one that
	 * does not stay too
	 */
	static Portion of(List<KeptLayer> layers, int limit, long held, IntPredicate exceeds) {
		int end = Math.min(limit, layers.size());
		int gone = 0;
		while (gone < end && exceeds.test(gone) && layers.get(gone).generation() < held) {
			gone++;
		}
		return new Portion(layers.subList(0, gone), layers.subList(gone, layers.size()), gone > 0 && gone == limit,
				gone < end && exceeds.test(gone));
	}

	Optional<KeptLayer> oldestLeft() {
		return this.left.stream().findFirst();
	}

	long items() {
		return this.gone.stream().mapToLong(KeptLayer::length).sum();
	}

	long bytes() {
		return bytes(this.gone);
	}

	static long bytes(List<KeptLayer> layers) {
		return layers.stream().mapToLong(KeptLayer::bytes).sum();
	}

}
