package io.github.appendonly;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What sessions and caches do with values: they write them and read them back.
 */
class SerializationTests {

	static Stream<Object> values() {
		return Stream.of(new Position(7, 42), new Position(Long.MAX_VALUE, Integer.MAX_VALUE), Position.START,
				Entry.of(7, 42, "a"), Entry.of(0, 0, List.of(1, 2)), Gone.entityDeleted(new Position(7, 42), 5L),
				Gone.erased(new Position(7, 42)), Erasure.BEGIN, new StackBounds(3, 50), StartAt.oldest(),
				StartAt.after(new Position(7, 42)), new Unreadable(new Position(7, 42), "{}", "no kind"),
				new Layer<>(7, List.of("a"), List.of(Gone.entityDeleted(new Position(7, 1), 5L)),
						List.of(new Unreadable(new Position(7, 2), "{}", "no kind"))),
				new Changes<>(List.of(Entry.of(7, 42, "a")), new Position(7, 42), true, false));
	}

	@ParameterizedTest
	@MethodSource("values")
	void valueIsReadAsItWasWritten(Object value) throws Exception {
		assertThat(read(write(value))).isEqualTo(value).hasToString(value.toString());
	}

	@Test
	void partsThatCannotBeWrittenAreRefused() {
		Object part = new Object();
		assertThatExceptionOfType(NotSerializableException.class).isThrownBy(() -> write(Entry.of(0, 0, part)));
		assertThatExceptionOfType(NotSerializableException.class)
			.isThrownBy(() -> write(Gone.entityDeleted(new Position(0, 0), part)));
	}

	private static byte[] write(Object value) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
			out.writeObject(value);
		}
		return bytes.toByteArray();
	}

	private static Object read(byte[] bytes) throws IOException, ClassNotFoundException {
		try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
			return in.readObject();
		}
	}

}
