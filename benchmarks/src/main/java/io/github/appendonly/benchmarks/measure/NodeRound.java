package io.github.appendonly.benchmarks.measure;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.DataFormatException;

import org.HdrHistogram.Histogram;

/**
 * The part of one of several JVMs in a round. It is passed between them as one line of
 * text.
 *
 * @param firstWorker the number of its first caller
 * @param made the number of items that each of its callers created
 * @param items the number of items
 * @param seconds the duration
 * @param retries the number of retries of its callers
 * @param latencies the latency of each operation, in nanoseconds
 */
public record NodeRound(int firstWorker, List<Integer> made, long items, double seconds, long retries,
		Histogram latencies) {

	/**
	 * Copies the counts.
	 */
	public NodeRound {
		made = List.copyOf(made);
	}

	/**
	 * Parses the text.
	 * @param text the result of {@link #text()}
	 * @return the round
	 */
	public static NodeRound parse(String text) {
		String[] parts = text.split(" ", -1);
		int next = 0;
		int firstWorker = Integer.parseInt(parts[next++]);
		List<Integer> made = Arrays.stream(parts[next++].split(",", -1)).map(Integer::valueOf).toList();
		long items = Long.parseLong(parts[next++]);
		double seconds = Double.parseDouble(parts[next++]);
		long retries = Long.parseLong(parts[next++]);
		ByteBuffer latencies = ByteBuffer.wrap(Base64.getDecoder().decode(parts[next]));
		try {
			return new NodeRound(firstWorker, made, items, seconds, retries,
					Histogram.decodeFromCompressedByteBuffer(latencies, 0));
		}
		catch (DataFormatException ex) {
			throw new IllegalArgumentException("Not a round: " + text, ex);
		}
	}

	/**
	 * The round as text.
	 * @return one line
	 */
	public String text() {
		ByteBuffer buffer = ByteBuffer.allocate(this.latencies.getNeededByteBufferCapacity());
		int length = this.latencies.encodeIntoCompressedByteBuffer(buffer);
		String encoded = Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
		String made = String.join(",", this.made.stream().map(String::valueOf).toList());
		return String.join(" ", String.valueOf(this.firstWorker), made, String.valueOf(this.items),
				String.valueOf(this.seconds), String.valueOf(this.retries), encoded);
	}

	/**
	 * Enters the items that were acknowledged to the callers.
	 * @param ledger the ledger
	 */
	public void acknowledge(Ledger ledger) {
		for (int i = 0; i < this.made.size(); i++) {
			ledger.acknowledge(this.firstWorker + i, this.made.get(i));
		}
	}

	/**
	 * Joins the parts of several JVMs.
	 * @param rounds the part of each
	 * @param kind the kind of calls; empty if there is only one
	 * @param ledger all acknowledged items, compared with the database
	 * @return the round
	 */
	public static Round joined(List<NodeRound> rounds, String kind, Ledger ledger) {
		Histogram latencies = new Histogram(rounds.get(0).latencies());
		latencies.setAutoResize(true);
		rounds.forEach((round) -> latencies.add(round.latencies()));
		return new Round(kind, rounds.stream().mapToLong(NodeRound::items).sum(),
				rounds.stream().mapToDouble(NodeRound::seconds).max().orElseThrow(), latencies,
				rounds.stream().mapToLong(NodeRound::retries).sum(), ledger.lost(), ledger.faults(),
				ledger.placement());
	}

}
