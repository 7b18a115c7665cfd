package io.github.appendonly.jpa;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.github.appendonly.Archive;
import io.github.appendonly.Entry;
import io.github.appendonly.Layer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A JVM with 64 MB reads an archive of 200,000 items, which does not fit into that
 * memory.
 */
class ArchiveMemoryTests {

	private static final int LAYERS = 2000;

	private static final int LENGTH = 100;

	private static final String FILLING = "x".repeat(200);

	@ParameterizedTest
	@EnumSource
	void archiveIsReadLayerByLayer(TestDatabase database, @TempDir Path directory) throws Exception {
		TestDatabase.Url url = (database == TestDatabase.H2)
				? new TestDatabase.Url("jdbc:h2:file:" + directory.resolve("archive") + ";CACHE_SIZE=2048")
				: database.create();
		fill(url);
		Path output = directory.resolve("output");
		Process reader = new ProcessBuilder(command(url)).redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		assertThat(reader.waitFor()).as(() -> read(output)).isZero();
		assertThat(read(output)).contains("read " + LAYERS * LENGTH + System.lineSeparator());
	}

	private static void fill(TestDatabase.Url url) {
		try (Node node = url.start()) {
			Archive<String> archive = node.structures().archive("large", String.class);
			node.inTransaction(() -> {
				for (int generation = 0; generation < LAYERS; generation++) {
					archive.addLayer(new Layer<>(generation, Collections.nCopies(LENGTH, FILLING)));
				}
			});
		}
	}

	private static List<String> command(TestDatabase.Url url) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
						"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
		command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
		command.addAll(List.of(ArchiveMemoryTests.class.getName(), url.url()));
		return command;
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Reads the archive, newest first.
	 */
	public static void main(String[] args) {
		try (Node node = new TestDatabase.Url(args[0]).start()) {
			long count = 0;
			for (Entry<String> entry : node.structures().archive("large", String.class)) {
				count += (entry.item().length() == FILLING.length()) ? 1 : 0;
			}
			System.out.println("read " + count);
		}
	}

}
