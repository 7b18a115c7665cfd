package io.github.appendonly.jpa;

import java.nio.file.Path;
import java.util.Collections;

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
		TestDatabase.Url url = SmallJvm.database(database, directory);
		fill(url);
		String output = SmallJvm.run("64m", ArchiveMemoryTests.class, url, directory.resolve("output"));
		assertThat(output).contains("read " + LAYERS * LENGTH + System.lineSeparator());
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
