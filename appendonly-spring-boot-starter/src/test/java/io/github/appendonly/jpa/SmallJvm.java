package io.github.appendonly.jpa;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A JVM with a small heap, for tests of what fits into it.
 */
public final class SmallJvm {

	private SmallJvm() {
	}

	/**
	 * Creates a database that another JVM can open. An H2 in a file keeps little of it in
	 * the memory of that JVM.
	 * @param directory the directory for the file
	 */
	public static TestDatabase.Url database(TestDatabase database, Path directory) {
		return (database == TestDatabase.H2)
				? new TestDatabase.Url("jdbc:h2:file:" + directory.resolve("database") + ";CACHE_SIZE=2048")
				: database.create();
	}

	/**
	 * Runs a main class to its end, which must be a normal one.
	 * @param heap the maximum heap, for example {@code 64m}
	 * @param main the main class
	 * @param database the database whose URL is its argument
	 * @param output the file for what it prints
	 * @return what it has printed
	 */
	public static String run(String heap, Class<?> main, TestDatabase.Url database, Path output) throws Exception {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx" + heap,
						"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
		command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
		command.addAll(List.of(main.getName(), database.url()));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
		assertThat(process.waitFor()).as(() -> read(output)).isZero();
		return read(output);
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
