package io.github.appendonly.sample;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class RecordedWeekTests {

	private List<Quake> quakes = List.of();

	@BeforeEach
	void read() throws IOException {
		this.quakes = new RecordedWeek(new ClassPathResource("data/earthquakes.ndjson"), new JsonMapper()).quakes();
	}

	@Test
	void aWeekOfEventsIsThereInTheOrderInWhichTheyHappened() {
		assertThat(this.quakes).hasSize(1707).isSortedAccordingTo(Comparator.comparing(Quake::time));
		assertThat(this.quakes).extracting(Quake::id).doesNotHaveDuplicates();
		Duration span = Duration.ofMillis(this.quakes.get(1706).time() - this.quakes.get(0).time());
		assertThat(span).isBetween(Duration.ofDays(6), Duration.ofDays(7));
	}

	@Test
	void eachEventIsOneThatAClientCouldPost() {
		try (ValidatorFactory factory = Validation.buildDefaultValidatorFactory()) {
			Validator validator = factory.getValidator();
			assertThat(this.quakes).allSatisfy((quake) -> assertThat(validator.validate(quake)).isEmpty());
		}
	}

}
