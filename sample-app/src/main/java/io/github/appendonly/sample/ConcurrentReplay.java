package io.github.appendonly.sample;

import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.AppendOnlyStructures;
import org.springframework.stereotype.Service;

/**
 * Records the week with many writers at once, as fast as they can, and then reads
 * everything back.
 */
@Service
class ConcurrentReplay {

	static final int MAX_WRITERS = 256;

	private static final int PORTION = 500;

	private final List<Quake> quakes;

	private final QuakeFeed feed;

	private final History<Quake> history;

	private final AppendOnlyStructures appendOnly;

	private final WeekReplay weekReplay;

	private final AtomicBoolean running = new AtomicBoolean();

	ConcurrentReplay(RecordedWeek week, QuakeFeed feed, History<Quake> history, AppendOnlyStructures appendOnly,
			WeekReplay weekReplay) {
		this.quakes = week.quakes();
		this.feed = feed;
		this.history = history;
		this.appendOnly = appendOnly;
		this.weekReplay = weekReplay;
	}

	/**
	 * Replays the week. The slow replay pauses meanwhile, since it records the same
	 * events, and its copies could hide a loss.
	 * @param writers the number of threads that record events
	 * @return the result
	 * @throws ReplayRunningException if another replay is running
	 */
	Report run(int writers) {
		if (!this.running.compareAndSet(false, true)) {
			throw new ReplayRunningException();
		}
		try {
			return this.weekReplay.whilePaused(() -> replay(writers));
		}
		finally {
			this.running.set(false);
		}
	}

	private Report replay(int writers) {
		Position before = this.history.newest().map(Entry::position).orElse(Position.START);
		long conflicts = conflicts();
		long began = System.nanoTime();
		int pushed = push(writers);
		double seconds = (System.nanoTime() - began) / 1e9;
		return new Report(pushed, Math.round(seconds * 1000) / 1000.0, Math.round(pushed / seconds),
				conflicts() - conflicts, countLost(before));
	}

	private int push(int writers) {
		Queue<Quake> left = new ConcurrentLinkedQueue<>(this.quakes);
		ExecutorService threads = Executors.newFixedThreadPool(writers);
		try {
			List<CompletableFuture<Integer>> written = Stream
				.generate(() -> CompletableFuture.supplyAsync(() -> write(left), threads))
				.limit(writers)
				.toList();
			CompletableFuture.allOf(written.toArray(CompletableFuture[]::new)).join();
			return written.stream().mapToInt(CompletableFuture::join).sum();
		}
		finally {
			threads.shutdown();
		}
	}

	private int write(Queue<Quake> left) {
		int written = 0;
		for (Quake quake = left.poll(); quake != null; quake = left.poll()) {
			this.feed.record(quake);
			written++;
		}
		return written;
	}

	private long conflicts() {
		return this.appendOnly.status(QuakeFeed.STACK).conflicts();
	}

	private int countLost(Position before) {
		Set<String> lost = this.quakes.stream().map(Quake::id).collect(Collectors.toCollection(HashSet::new));
		Changes<Quake> changes = this.history.since(before, PORTION);
		while (true) {
			changes.entries().forEach((entry) -> lost.remove(entry.item().id()));
			if (changes.caughtUp()) {
				return lost.size();
			}
			changes = this.history.since(changes.cursor(), PORTION);
		}
	}

	/**
	 * The result of a replay.
	 *
	 * @param pushed the number of events whose transactions were acknowledged
	 * @param seconds the duration
	 * @param perSecond the number of events per second
	 * @param conflictsRetried the number of batches that were repeated because another
	 * node had changed the stack
	 * @param lost the number of events that cannot be read back
	 */
	record Report(int pushed, double seconds, long perSecond, long conflictsRetried, int lost) {
	}

}
