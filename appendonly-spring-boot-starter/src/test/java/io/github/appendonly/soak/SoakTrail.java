package io.github.appendonly.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.torture.TortureJournal;

/**
 * What one follower has seen. It is recorded now and then, so that the follower can go on
 * there after its node was killed.
 */
final class SoakTrail {

	/** Records are few, because followers are many. */
	private static final int RECORD = 100;

	/**
	 * The entries that were seen.
	 *
	 * @param first the number of the first one
	 * @param end the number after the last one
	 * @param sum their sum
	 */
	record Seen(int first, int end, long sum) {

		Seen with(int number, Entry<String> entry) {
			return new Seen(this.first, number + 1, this.sum + Soaked.hash(entry));
		}

		static Seen parse(String text) {
			String[] words = text.split(" ", -1);
			return new Seen(Integer.parseInt(words[0]), Integer.parseInt(words[1]), Long.parseLong(words[2]));
		}

		@Override
		public String toString() {
			return this.first + " " + this.end + " " + this.sum;
		}

	}

	private final TortureJournal journal;

	private volatile Optional<Seen> seen;

	private int unrecorded;

	/**
	 * Goes on where the records end.
	 * @param directory where the records are
	 * @param name the name of the follower
	 * @param part the number of its node; later nodes have higher numbers
	 */
	@SuppressWarnings("resource") // ends with the process
	SoakTrail(Path directory, String name, int part) {
		this.seen = last(directory, name);
		this.journal = new TortureJournal(directory.resolve("%s.%03d".formatted(name, part)));
	}

	private static Optional<Seen> last(Path directory, String name) {
		AtomicReference<Optional<Seen>> last = new AtomicReference<>(Optional.empty());
		parts(directory, name)
			.forEach((part) -> TortureJournal.read(part, (line) -> last.set(Optional.of(Seen.parse(line)))));
		return last.get();
	}

	/**
	 * The files with the records of a follower, oldest first.
	 */
	static List<Path> parts(Path directory, String name) {
		try (Stream<Path> files = Files.list(directory)) {
			return files.filter((file) -> file.getFileName().toString().startsWith(name + ".")).sorted().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Adds an entry, which must be the next one.
	 */
	synchronized void add(Entry<String> entry) {
		int number = Soaked.number(entry.position());
		Seen before = this.seen.orElseGet(() -> new Seen(number, number, 0));
		if (number != before.end()) {
			throw new IllegalStateException("Saw " + entry.position() + " after " + before.end() + " entries");
		}
		this.seen = Optional.of(before.with(number, entry));
		if (++this.unrecorded == RECORD) {
			record();
		}
	}

	synchronized void record() {
		if (this.unrecorded > 0) {
			this.journal.writeAll(List.of(this.seen.orElseThrow().toString()));
			this.unrecorded = 0;
		}
	}

	/**
	 * The position of the last entry, if there was one.
	 */
	Optional<Position> last() {
		return this.seen.map((all) -> Soaked.position(all.end() - 1));
	}

}
