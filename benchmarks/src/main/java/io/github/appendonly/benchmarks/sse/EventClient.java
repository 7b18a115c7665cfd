package io.github.appendonly.benchmarks.sse;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client of a server of events, as far as it has read.
 */
public final class EventClient {

	private static final Pattern NUMBER = Pattern.compile("^data:.*\"number\":\\s*(-?\\d+)");

	private static final Pattern CAUGHT_UP = Pattern.compile("^event: ?caughtUp");

	private static final int LINE = 512;

	private final LongConsumer arrival;

	private byte[] line = new byte[LINE];

	private int length;

	private final List<Long> numbers = new ArrayList<>();

	private volatile boolean caughtUp;

	private volatile boolean ended;

	EventClient(LongConsumer arrival) {
		this.arrival = arrival;
	}

	/**
	 * Whether it has everything that was there when it came.
	 * @return whether it gets what comes from now on
	 */
	public boolean isCaughtUp() {
		return this.caughtUp;
	}

	/**
	 * Whether the server has ended the answer.
	 * @return whether it gets nothing more
	 */
	public boolean isEnded() {
		return this.ended;
	}

	/**
	 * The number of items that it got since they were taken last.
	 * @return the number of items
	 */
	public synchronized int count() {
		return this.numbers.size();
	}

	/**
	 * Takes what it got since the last call.
	 * @return the numbers of the items, in the order in which they came
	 */
	public synchronized List<Long> take() {
		List<Long> taken = List.copyOf(this.numbers);
		this.numbers.clear();
		return taken;
	}

	void ended() {
		this.ended = true;
	}

	void read(ByteBuffer bytes) {
		while (bytes.hasRemaining()) {
			byte next = bytes.get();
			if (next == '\n') {
				line(new String(this.line, 0, this.length, StandardCharsets.UTF_8));
				this.length = 0;
			}
			else {
				if (this.length == this.line.length) {
					this.line = Arrays.copyOf(this.line, 2 * this.length);
				}
				this.line[this.length++] = next;
			}
		}
	}

	private synchronized void add(long number) {
		this.numbers.add(number);
	}

	private void line(String text) {
		Matcher number = NUMBER.matcher(text);
		if (number.find()) {
			long found = Long.parseLong(number.group(1));
			add(found);
			this.arrival.accept(found);
		}
		else if (CAUGHT_UP.matcher(text).find()) {
			this.caughtUp = true;
		}
	}

}
