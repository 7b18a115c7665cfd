package io.github.appendonly.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.Resource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * A week of real events, in the order in which they happened.
 */
@Component
class RecordedWeek {

	private final List<Quake> quakes;

	RecordedWeek(@Value("classpath:data/earthquakes.ndjson") Resource lines, JsonMapper mapper) throws IOException {
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(lines.getInputStream(), StandardCharsets.UTF_8))) {
			this.quakes = reader.lines().map((line) -> mapper.readValue(line, Quake.class)).toList();
		}
	}

	List<Quake> quakes() {
		return this.quakes;
	}

}
