package io.github.appendonly.sample;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class QuakeTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			2km E of San Marino, CA                             | CA
			101km E of Visokoi Island, South Georgia, Sandwich  | Sandwich
			Gulf of Alaska                                      | Gulf of Alaska
			'  Gulf of Alaska '                                 | Gulf of Alaska
			'Somewhere, '                                       | 'Somewhere,'
			""")
	void regionIsWhatStandsBehindTheLastComma(String place, String region) {
		assertThat(Quakes.quake("q", place).region()).isEqualTo(region);
	}

	@Test
	void regionIsNeverEmpty() {
		assertThat(Quakes.quake("q", ",").region()).isEqualTo(",");
	}

}
