package io.github.appendonly.benchmarks.application;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.github.appendonly.jpa.sequencer.SequencerListener;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Records how long transactions wait after their commit until their items are placed.
 */
public final class PlacementDelays implements SequencerListener {

	private static final int PRECISION = 3;

	private final Recorder recorder = new Recorder(PRECISION);

	PlacementDelays() {
	}

	/**
	 * Takes the delays since the last call.
	 * @return the delays in nanoseconds
	 */
	public Histogram take() {
		return this.recorder.getIntervalHistogram();
	}

	@Override
	public Consumer<Batch> begun(String stack, List<Object> origins) {
		return this::record;
	}

	private void record(Batch batch) {
		for (Duration delay : batch.delays()) {
			this.recorder.recordValue(Math.max(0, delay.toNanos()));
		}
	}

}
