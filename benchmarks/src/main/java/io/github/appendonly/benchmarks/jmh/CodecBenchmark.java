package io.github.appendonly.benchmarks.jmh;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.jpa.item.ItemCodec;
import io.github.appendonly.jpa.item.JacksonItemCodec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writing and reading items as JSON.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {

	private static final int LAYER = 100;

	private final ItemCodec codec = new JacksonItemCodec(JsonMapper.builder().build());

	private final Order order = Order.of(1L << Integer.SIZE);

	private final String json = this.codec.write(this.order, Order.class);

	private final String layer = LongStream.range(0, LAYER)
		.mapToObj((i) -> this.codec.write(Order.of(i), Order.class))
		.collect(Collectors.joining(",", "[", "]"));

	/**
	 * Writes an item.
	 * @return JSON
	 */
	@Benchmark
	public String write() {
		return this.codec.write(this.order, Order.class);
	}

	/**
	 * Reads an item.
	 * @return the item
	 */
	@Benchmark
	public Object read() {
		return this.codec.read(this.json, Order.class);
	}

	/**
	 * Reads a full layer.
	 * @return its items
	 */
	@Benchmark
	public List<?> readLayer() {
		return this.codec.readAll(this.layer, Order.class);
	}

}
