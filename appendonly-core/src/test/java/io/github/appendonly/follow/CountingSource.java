package io.github.appendonly.follow;

import java.util.concurrent.atomic.AtomicInteger;

import io.github.appendonly.Changes;
import io.github.appendonly.Entries;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;

/**
 * Reads a structure, counts the reads, and lets something happen after each.
 */
class CountingSource implements TailSource<String> {

	private final Entries<String> entries;

	final AtomicInteger reads = new AtomicInteger();

	volatile Runnable afterRead = () -> {
	};

	CountingSource(Entries<String> entries) {
		this.entries = entries;
	}

	@Override
	public Changes<String> since(Position than, int limit) {
		return read(this.entries.since(than, limit));
	}

	@Override
	public Changes<String> fromOldest(int limit) {
		return read(this.entries.fromOldest(limit));
	}

	private Changes<String> read(Changes<String> changes) {
		this.reads.incrementAndGet();
		this.afterRead.run();
		return changes;
	}

	int takeReads() {
		return this.reads.getAndSet(0);
	}

	@Override
	public Position newest() {
		return this.entries.newest().map(Entry::position).orElse(Position.START);
	}

	@Override
	public String structure() {
		return "stack 'numbers'";
	}

}
