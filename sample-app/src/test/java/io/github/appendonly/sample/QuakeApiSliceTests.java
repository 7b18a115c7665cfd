package io.github.appendonly.sample;

import io.github.appendonly.AppendStack;
import io.github.appendonly.History;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.memory.InMemoryAppendStack;
import io.github.appendonly.memory.InMemoryArchive;
import io.github.appendonly.subscriber.Subscribers;
import io.github.appendonly.web.EventStreams;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A slice with a controller and no database.
 */
@WebMvcTest(QuakeApi.class)
@MockitoBean(types = { QuakeFeed.class, RegionStatisticsRepository.class, AppendOnlyStructures.class,
		AlertRepository.class, Subscribers.class, ConcurrentReplay.class })
@SuppressWarnings("NullAway.Init")
class QuakeApiSliceTests {

	@Autowired
	private MockMvcTester mvc;

	@Autowired
	private EventStreams streams;

	@Test
	void controllersAnswerWithEventsAndPositionsAreText() {
		MvcTestResult events = this.mvc.get().uri("/api/quakes/events?start=newest").asyncExchange();
		assertThat(events).hasStatus(HttpStatus.OK).hasContentTypeCompatibleWith(MediaType.TEXT_EVENT_STREAM);
		assertThat(events.getRequest().isAsyncStarted()).isTrue();
		this.streams.stop();
		assertThat(this.mvc.get().uri("/api/quakes?limit=1")).bodyJson()
			.extractingPath("$.entries[0].position")
			.isEqualTo("0-0");
	}

	@TestConfiguration
	static class Structures {

		@Bean
		AppendStack<Quake> recentQuakes() {
			InMemoryAppendStack<Quake> stack = new InMemoryAppendStack<>();
			stack.push(Quakes.quake("q0"));
			return stack;
		}

		@Bean
		History<Quake> history(AppendStack<Quake> recentQuakes) {
			return new History<>(recentQuakes, new InMemoryArchive<>());
		}

	}

}
