package io.github.appendonly.jpa.torture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A file that a thread writes line by line. It can be read after its process was killed:
 * it has every line that was finished by then, and no other.
 */
public final class TortureJournal implements AutoCloseable {

	/**
	 * Something is about to be committed: without a later word, nobody knows if it was.
	 */
	static final String INTENT = "intent";

	/** Something was committed, and the writer knows. */
	static final String COMMITTED = "committed";

	/** Something is rolled back whatever happens. */
	static final String NEVER = "never";

	private static final String END = ";";

	private final Writer file;

	public TortureJournal(Path path) {
		try {
			this.file = Files.newBufferedWriter(path);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public void write(String verb, String text) {
		writeAll(List.of(verb + " " + text));
	}

	public void writeAll(List<String> lines) {
		try {
			for (String line : lines) {
				this.file.append(line).append(END).append('\n');
			}
			this.file.flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Reads the finished lines of a file.
	 */
	public static void read(Path path, Consumer<String> reader) {
		try (Stream<String> lines = Files.lines(path)) {
			lines.filter((line) -> line.endsWith(END))
				.map((line) -> line.substring(0, line.length() - END.length()))
				.forEachOrdered(reader);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		try {
			this.file.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
