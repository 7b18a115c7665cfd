package io.github.appendonly.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
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
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import org.jspecify.annotations.Nullable;
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
		return open(events, new MockHttpServletResponse());
	}

	private <T> MockHttpServletResponse open(EntryEvents<T> events, MockHttpServletResponse response) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.setAsyncSupported(true);
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
	void nothingIsTakenForAClientThatTakesNothing() throws IOException {
		OneWriteAtATime output = new OneWriteAtATime();
		AtomicInteger taken = new AtomicInteger();
		open(EntryEvents.of(this.stack).map((entry) -> {
			taken.incrementAndGet();
			return entry.item();
		}), new MockHttpServletResponse() {

			@Override
			public ServletOutputStream getOutputStream() {
				return output;
			}

		});
		output.takeMore();
		assertThat(output.text()).startsWith("retry:");
		MockHttpServletResponse fast = open(EntryEvents.of(this.stack));
		IntStream.range(0, 50).forEach(this.stack::push);
		awaitAll(List.of(fast), "id:0-49\n");
		assertThat(taken).hasValue(0);
		for (int n = 0; n < 50; n++) {
			String next = "id:0-" + n + "\ndata:" + n + "\n\n";
			output.takeMore();
			await().atMost(Duration.ofSeconds(90)).until(() -> output.text().endsWith(next));
			assertThat(taken).hasValue(n + 1);
		}
		this.streams.stop();
		assertThat(this.streams.size()).isZero();
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

	/**
	 * Is ready for one write whenever the test says so.
	 */
	private static final class OneWriteAtATime extends ServletOutputStream {

		private final ByteArrayOutputStream written = new ByteArrayOutputStream();

		private volatile boolean ready;

		private volatile @Nullable WriteListener listener;

		@Override
		public boolean isReady() {
			return this.ready;
		}

		@Override
		public void setWriteListener(WriteListener listener) {
			this.listener = listener;
		}

		@Override
		public void write(int b) {
			write(new byte[] { (byte) b }, 0, 1);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) {
			assertThat(this.ready).isTrue();
			this.ready = false;
			this.written.write(bytes, offset, length);
		}

		void takeMore() throws IOException {
			this.ready = true;
			Objects.requireNonNull(this.listener).onWritePossible();
		}

		String text() {
			return this.written.toString(StandardCharsets.UTF_8);
		}

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
