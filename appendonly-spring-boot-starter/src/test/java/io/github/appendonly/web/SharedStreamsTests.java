package io.github.appendonly.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.appendonly.Entries;
import io.github.appendonly.Entry;
import io.github.appendonly.Followable;
import io.github.appendonly.Follower;
import io.github.appendonly.Gone;
import io.github.appendonly.Position;
import io.github.appendonly.StartAt;
import io.github.appendonly.Subscription;
import io.github.appendonly.memory.InMemoryAppendStack;
import org.junit.jupiter.api.Test;
import org.mockito.AdditionalAnswers;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockingDetails;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.head;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.request;

/**
 * Many streams of one stack, on Spring's mock of a server.
 */
class SharedStreamsTests {

	private static final int CLIENTS = 2000;

	private static final int PUSHES = 20;

	private final InMemoryAppendStack<Integer> stack = new InMemoryAppendStack<>();

	private final EventStreams streams = new EventStreams(JsonMapper.builder()
		.addModule(new SimpleModule().addSerializer(Position.class, ToStringSerializer.instance))
		.build(), Duration.ofHours(1));

	@Test
	@SuppressWarnings("unchecked")
	void twoThousandClientsShareOneReaderAndEachEventIsWrittenOnce() {
		Entries<Integer> view = mock(Entries.class, AdditionalAnswers.delegatesTo(this.stack));
		AtomicInteger written = new AtomicInteger();
		EntryEvents<Integer> events = EntryEvents.of(this.stack.followedThrough(view)).map((entry) -> {
			written.incrementAndGet();
			return entry.item();
		});
		List<MockHttpServletResponse> clients = Stream.generate(() -> open(events)).limit(CLIENTS).toList();
		awaitAll(clients, "event:caughtUp");
		int before = reads(view);
		IntStream.range(0, PUSHES).forEach((n) -> {
			this.stack.push(n);
			awaitAll(clients, "id:0-" + n + "\n");
		});
		assertThat(reads(view) - before).isBetween(PUSHES, 5 * PUSHES);
		assertThat(written).hasValueBetween(PUSHES, 5 * PUSHES);
		String all = IntStream.range(0, PUSHES)
			.mapToObj("id:0-%1$d\ndata:%1$d\n\n"::formatted)
			.reduce("", String::concat);
		assertThat(clients).allSatisfy((client) -> assertThat(body(client)).endsWith(all));
		this.streams.stop();
		assertThat(this.streams.size()).isZero();
	}

	private static int reads(Object view) {
		return (int) mockingDetails(view).getInvocations()
			.stream()
			.filter((call) -> List.of("since", "fromOldest").contains(call.getMethod().getName()))
			.count();
	}

	private void awaitAll(List<MockHttpServletResponse> clients, String text) {
		await().atMost(Duration.ofSeconds(90))
			.until(() -> clients.stream().allMatch((client) -> body(client).contains(text)));
	}

	private <T> MockHttpServletResponse open(EntryEvents<T> events) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.setAsyncSupported(true);
		MockHttpServletResponse response = new MockHttpServletResponse();
		try {
			this.streams.open(events, events.start(), request, response);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return response;
	}

	private static String body(MockHttpServletResponse response) {
		return new String(response.getContentAsByteArray(), StandardCharsets.UTF_8);
	}

	@Test
	void goneItemsAreTold() {
		EntryEvents<Integer> events = EntryEvents.of(new Followable<>() {

			@Override
			public Subscription follow(StartAt start, Follower<? super Integer> follower) {
				try {
					follower.onGone(Gone.entityDeleted(new Position(3, 4), 17));
					follower.onCaughtUp(new Position(3, 4));
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
				return SharedStreamsTests.this.stack.follow(StartAt.newest(), (entry) -> {
				});
			}

			@Override
			public Flow.Publisher<Entry<Integer>> publisher(StartAt start) {
				throw new UnsupportedOperationException();
			}

		});
		assertThat(body(open(events))).endsWith("""
				event:gone
				id:3-4
				data:{"position":"3-4","identifier":17,"reason":"ENTITY_DELETED"}

				event:caughtUp
				id:3-4
				data:{"cursor":"3-4"}

				""");
		this.streams.stop();
	}

	@Test
	void aControllerIsTestedWithoutAServer() throws Exception {
		this.stack.push(42);
		MockMvc mvc = MockMvcBuilders.standaloneSetup(new Feed(this.stack))
			.setCustomReturnValueHandlers(new EntryEventsHandler(this.streams))
			.build();
		MockHttpServletResponse response = mvc.perform(get("/events"))
			.andExpect(request().asyncStarted())
			.andReturn()
			.getResponse();
		awaitAll(List.of(response), "id:0-0\ndata:42\n\nevent:caughtUp\nid:0-0\n");
		this.streams.stop();
	}

	@Test
	void theHeadersAreAnsweredWithoutAStream() throws Exception {
		MockMvc mvc = MockMvcBuilders.standaloneSetup(new Feed(this.stack))
			.setCustomReturnValueHandlers(new EntryEventsHandler(this.streams))
			.build();
		mvc.perform(head("/events"))
			.andExpect(request().asyncNotStarted())
			.andExpect(header().string("X-Accel-Buffering", "no"));
		assertThat(this.streams.size()).isZero();
	}

	@RestController
	static class Feed {

		private final InMemoryAppendStack<Integer> stack;

		Feed(InMemoryAppendStack<Integer> stack) {
			this.stack = stack;
		}

		@GetMapping("/events")
		EntryEvents<Integer> events() {
			return EntryEvents.of(this.stack);
		}

	}

}
