package io.github.appendonly.jpa.retention;

import java.time.Instant;
import java.util.List;
import java.util.function.IntPredicate;

import io.github.appendonly.jpa.table.ExpiryStatements.KeptLayer;

/**
 * The oldest layers of a stack or an archive that go at once.
 *
 * @param gone the layers that go, oldest first
 * @param full whether as many layers go as may go at once, so that more may follow
 * @param held whether the next layer would go, but is held
 */
record Portion(List<KeptLayer> gone, boolean full, boolean held) {

	static final Portion NONE = new Portion(List.of(), false, false);

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
		return new Portion(layers.subList(0, gone), gone == limit, gone < end && exceeds.test(gone));
	}

	/**
	 * Returns when the newest item of a layer was placed. A time that has not come yet is
	 * wrong: the clock was set. Then it is the time of the next layer, which was placed
	 * later.
	 */
	static Instant placedAt(List<KeptLayer> layers, int index, Instant now) {
		return layers.stream()
			.skip(index)
			.map(KeptLayer::newestAt)
			.filter((time) -> !time.isAfter(now))
			.findFirst()
			.orElse(now);
	}

	boolean isEmpty() {
		return this.gone.isEmpty();
	}

	KeptLayer newestGone() {
		return this.gone.get(this.gone.size() - 1);
	}

	int layers() {
		return this.gone.size();
	}

	long items() {
		return this.gone.stream().mapToLong(KeptLayer::length).sum();
	}

}
