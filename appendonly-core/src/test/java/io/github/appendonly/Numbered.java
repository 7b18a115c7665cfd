package io.github.appendonly;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Numbered items for tests. The text of item {@code i} is {@code i}. In layers of a given
 * length, its position is {@code (i / length, i % length)}. The end of a range is
 * excluded.
 */
public final class Numbered {

	private Numbered() {
	}

	public static List<String> items(int from, int to) {
		return IntStream.range(from, to).mapToObj(Integer::toString).toList();
	}

	public static List<Entry<String>> entries(int from, int to, int length) {
		return IntStream.range(from, to).mapToObj((i) -> entry(i, length)).toList();
	}

	public static List<Entry<String>> newestFirst(int from, int to, int length) {
		return reversed(entries(from, to, length));
	}

	public static Entry<String> entry(int number, int length) {
		return new Entry<>(position(number, length), Integer.toString(number));
	}

	public static Position position(int number, int length) {
		return new Position(number / length, number % length);
	}

	public static Layer<String> layer(int generation, int length) {
		return new Layer<>(generation, items(generation * length, (generation + 1) * length));
	}

	public static List<Layer<String>> layers(int from, int to, int length) {
		return IntStream.range(from, to).mapToObj((generation) -> layer(generation, length)).toList();
	}

	public static <E> List<E> reversed(List<E> list) {
		List<E> copy = new ArrayList<>(list);
		Collections.reverse(copy);
		return copy;
	}

}
