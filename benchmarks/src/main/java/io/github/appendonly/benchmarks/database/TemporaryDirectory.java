package io.github.appendonly.benchmarks.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.springframework.util.FileSystemUtils;

/**
 * A directory that is deleted at the end.
 */
final class TemporaryDirectory {

	private TemporaryDirectory() {
	}

	static Path create() {
		try {
			return Files.createTempDirectory("appendonly-benchmarks");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static void delete(Path directory) {
		try {
			FileSystemUtils.deleteRecursively(directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
