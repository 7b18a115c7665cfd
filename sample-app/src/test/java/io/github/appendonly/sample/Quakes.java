package io.github.appendonly.sample;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Events to test with.
 */
final class Quakes {

	private Quakes() {
	}

	static Quake quake(String id) {
		return quake(id, "10km S of Nowhere, Testland");
	}

	static Quake quake(String id, String place) {
		return quake(id, place, 2.5, 1_517_363_399_650L);
	}

	static Quake quake(String id, String place, double magnitude, long time) {
		return new Quake(id, time, magnitude, place, -122.5, 46.25, 3.25, "earthquake");
	}

	static List<Quake> numbered(int count) {
		return IntStream.range(0, count).mapToObj((n) -> quake("q" + n)).toList();
	}

}
