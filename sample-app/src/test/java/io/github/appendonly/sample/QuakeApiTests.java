package io.github.appendonly.sample;

import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.subscriber.Subscribers;
import io.github.appendonly.web.EventStreams;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

/**
 * What clients and browsers get, on each database.
 */
@SuppressWarnings("NullAway.Init")
abstract class QuakeApiTests {

	private static final String BODY = """
			{"id":"a","time":1517363399650,"magnitude":2.5,"place":"10km S of Nowhere, Testland",\
			"longitude":-122.5,"latitude":46.25,"depthKm":3.25,"type":"earthquake"}""";

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	@Autowired
	private MockMvcTester mvc;

	@Autowired
	private QuakeFeed feed;

	@Autowired
	private AppendStack<Quake> recentQuakes;

	@Autowired
	private History<Quake> history;

	@Autowired
	private RecordedWeek week;

	@Autowired
	private WeekReplay weekReplay;

	@Autowired
	private AppendOnlyStructures appendOnly;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private EventStreams streams;

	@Autowired
	private Subscribers subscribers;

	@Autowired
	private AlertRepository alerts;

	@BeforeEach
	void empty() {
		this.appendOnly.drop(QuakeFeed.STACK);
		this.jdbc.sql("delete from region_statistics").update();
		this.jdbc.sql("delete from alert").update();
	}

	@AfterEach
	void endStreams() {
		this.streams.stop();
		this.streams.start();
	}

	@Test
	void postedEventIsWhatTheNextReadShows() {
		assertThat(post(BODY)).hasStatus(HttpStatus.CREATED).bodyJson().isStrictlyEqualTo(BODY);
		assertThat(get("/api/quakes")).hasStatusOk()
			.bodyJson()
			.isStrictlyEqualTo("{\"entries\":[{\"position\":\"0-0\",\"item\":" + BODY + "}],\"cursor\":null}");
		assertThat(get("/api/regions")).hasStatusOk().bodyJson().isStrictlyEqualTo("""
				[{"region":"Testland","count":1,"strongest":2.5,"lastTime":1517363399650}]""");
	}

	@Test
	void eventThatIsPostedTwiceIsThereTwice() {
		post(BODY);
		post(BODY);
		assertThat(ids()).containsExactly("a", "a");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			id        | "id":"a"               | "id":" "
			id        | "id":"a"               | "id":null
			time      | "time":1517363399650   | "time":-1
			time      | "time":1517363399650   | "time":"yesterday"
			time      | "time":1517363399650   | "time":{}
			magnitude | "magnitude":2.5        | "magnitude":"NaN"
			magnitude | "magnitude":2.5        | "magnitude":11.5
			magnitude | "magnitude":2.5        | "size":2.5
			place     | 10km S of Nowhere      | \\u0000
			place     | 10km S of Nowhere      | \\ud800
			longitude | "longitude":-122.5     | "longitude":-180.5
			latitude  | "latitude":46.25       | "latitude":"Infinity"
			depthKm   | "depthKm":3.25         | "depthKm":[]
			type      | "type":"earthquake"    | "type":""
			""")
	void badBodyIsRefusedWithTheNameOfTheFieldAndChangesNothing(String field, String good, String bad) {
		assertThat(BODY).contains(good);
		MvcTestResult answer = post(BODY.replace(good, bad));
		assertThat(answer).hasStatus(HttpStatus.BAD_REQUEST).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(answer).bodyJson().extractingPath("$.errors[*].field").asArray().containsOnly(field);
		assertThat(answer).bodyJson().extractingPath("$.detail").asString().startsWith(field + ":");
		assertThat(this.history).isEmpty();
		assertThat(get("/api/regions")).bodyJson().isStrictlyEqualTo("[]");
	}

	@Test
	void emptyBodyIsRefusedWithTheNamesOfAllFields() {
		assertThat(post("{}")).hasStatus(HttpStatus.BAD_REQUEST)
			.bodyJson()
			.extractingPath("$.errors[*].field")
			.asArray()
			.containsExactly("depthKm", "id", "latitude", "longitude", "magnitude", "place", "time", "type");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "[]", "null", "7" })
	void bodyThatIsNoEventIsRefused(String body) {
		assertThat(post(body)).hasStatus(HttpStatus.BAD_REQUEST).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(this.history).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "limit,/api/quakes?limit=0", "limit,/api/quakes?limit=501", "limit,/api/quakes?limit=many",
			"older,/api/quakes?older=7", "older,/api/quakes?older=-1-3", "limit,/api/quakes/newer?limit=-1",
			"than,/api/quakes/newer?than=7-3-1" })
	void badParameterIsRefusedWithItsName(String parameter, String uri) {
		assertProblem(get(uri), parameter);
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "257", "all" })
	void badNumberOfWritersIsRefused(String writers) {
		assertProblem(this.mvc.post().uri("/api/quakes/replay?writers=" + writers).exchange(), "writers");
		assertThat(this.history).isEmpty();
	}

	@Test
	void pagesGoBackwardsFromTheStackThroughTheArchiveWithoutAGap() {
		this.recentQuakes.pushAll(Quakes.numbered(260));
		List<String> ids = new ArrayList<>();
		List<String> positions = new ArrayList<>();
		String page = body(get("/api/quakes?limit=50"));
		ids.addAll(JsonPath.read(page, "$.entries[*].item.id"));
		positions.addAll(JsonPath.read(page, "$.entries[*].position"));
		for (String cursor = JsonPath.read(page, "$.cursor"); cursor != null; cursor = JsonPath.read(page,
				"$.cursor")) {
			page = body(get("/api/quakes?limit=50&older=" + cursor));
			ids.addAll(JsonPath.read(page, "$.entries[*].item.id"));
			positions.addAll(JsonPath.read(page, "$.entries[*].position"));
		}
		assertThat(ids).isEqualTo(IntStream.range(0, 260).mapToObj((n) -> "q" + (259 - n)).toList());
		assertThat(positions)
			.isEqualTo(IntStream.range(0, 260).map((n) -> 259 - n).mapToObj((n) -> n / 25 + "-" + n % 25).toList());
	}

	@Test
	void aReaderThatFollowsGetsEveryEventInOrder() {
		this.recentQuakes.pushAll(Quakes.numbered(260));
		List<String> ids = new ArrayList<>();
		String step = body(get("/api/quakes/newer?limit=40"));
		ids.addAll(JsonPath.read(step, "$.entries[*].item.id"));
		while (Boolean.FALSE.equals(JsonPath.read(step, "$.caughtUp"))) {
			step = body(get("/api/quakes/newer?limit=40&than=" + JsonPath.read(step, "$.cursor")));
			assertThat(JsonPath.<Boolean>read(step, "$.expired")).isFalse();
			ids.addAll(JsonPath.read(step, "$.entries[*].item.id"));
		}
		assertThat(ids).isEqualTo(IntStream.range(0, 260).mapToObj((n) -> "q" + n).toList());
	}

	@Test
	void aReaderThatHasEverythingKeepsItsCursor() {
		post(BODY);
		assertThat(get("/api/quakes/newer?than=0-0&limit=50")).hasStatusOk()
			.bodyJson()
			.isStrictlyEqualTo(
					"""
							{"entries":[],"cursor":"0-0","caughtUp":true,"expired":false,"ahead":false,"gone":[],"unreadable":[]}""");
	}

	@Test
	void aReaderThatIsAheadIsTold() {
		post(BODY);
		assertThat(get("/api/quakes/newer?than=9-0")).hasStatusOk()
			.bodyJson()
			.isStrictlyEqualTo(
					"""
							{"entries":[],"cursor":"9-0","caughtUp":true,"expired":false,"ahead":true,"gone":[],"unreadable":[]}""");
	}

	@Test
	void beforeTheFirstEventEverythingIsEmpty() {
		assertThat(get("/api/quakes")).bodyJson().isStrictlyEqualTo("{\"entries\":[],\"cursor\":null}");
		assertThat(get("/api/quakes/newer")).bodyJson()
			.isStrictlyEqualTo(
					"""
							{"entries":[],"cursor":"start","caughtUp":true,"expired":false,"ahead":false,"gone":[],"unreadable":[]}""");
		assertThat(get("/api/stack")).bodyJson().isStrictlyEqualTo("""
				{"maxLayers":8,"maxLength":25,"newest":null,"size":0,"layers":[],"inbox":0,"archivedLayers":0}""");
		assertThat(get("/")).hasStatusOk();
		assertThat(get("/archive")).hasStatusOk();
	}

	@Test
	void concurrentReplayLosesNothingAndStackAndStatisticsAgree() {
		MvcTestResult answer = replay(32);
		assertThat(answer).hasStatusOk().bodyJson().extractingPath("$.pushed").isEqualTo(1707);
		assertThat(answer).bodyJson().extractingPath("$.lost").isEqualTo(0);
		assertThat(answer).bodyJson().hasPath("$.seconds").hasPath("$.perSecond").hasPath("$.conflictsRetried");
		assertThat(ids()).containsExactlyInAnyOrderElementsOf(this.week.quakes().stream().map(Quake::id).toList());
		assertThat(this.history).extracting((entry) -> entry.position().toString())
			.isEqualTo(IntStream.range(0, 1707).map((n) -> 1706 - n).mapToObj((n) -> n / 25 + "-" + n % 25).toList());
		String sealed = LongStream.iterate(67, (generation) -> generation - 1)
			.limit(7)
			.mapToObj("{\"generation\":%d,\"length\":25,\"sealed\":true}"::formatted)
			.reduce((one, other) -> one + "," + other)
			.orElseThrow();
		assertThat(get("/api/stack")).bodyJson()
			.isStrictlyEqualTo("""
					{"maxLayers":8,"maxLength":25,"newest":"68-6","size":182,\
					"layers":[{"generation":68,"length":7,"sealed":false},%s],"inbox":0,"archivedLayers":61}"""
				.formatted(sealed));
		String regions = body(get("/api/regions"));
		assertThat(JsonPath.<List<Integer>>read(regions, "$[*].count").stream().mapToInt((n) -> n).sum())
			.isEqualTo(1707);
		assertThat(JsonPath.<List<Double>>read(regions, "$[*].strongest")).isSortedAccordingTo((a, b) -> b.compareTo(a))
			.startsWith(6.4);
		assertThat(JsonPath.<List<Integer>>read(regions, "$[?(@.region == 'CA')].count")).containsExactly(747);
	}

	@Test
	void secondConcurrentReplayIsRefused() {
		ExecutorService clients = Executors.newFixedThreadPool(2);
		try {
			List<CompletableFuture<MvcTestResult>> both = this.weekReplay.whilePaused(() -> {
				List<CompletableFuture<MvcTestResult>> asked = Stream
					.generate(() -> CompletableFuture.supplyAsync(() -> replay(8), clients))
					.limit(2)
					.toList();
				CompletableFuture.anyOf(asked.toArray(CompletableFuture[]::new)).join();
				return asked;
			});
			assertThat(both).extracting((answer) -> answer.join().getResponse().getStatus())
				.containsExactlyInAnyOrder(200, 409);
		}
		finally {
			clients.shutdown();
		}
		assertThat(this.history.size()).isEqualTo(1707);
	}

	@Test
	void thePageShowsTextsAsTexts() {
		String script = "<script>alert('\"&')</script>, <b>Testland";
		IntStream.range(0, 201).forEach((n) -> this.feed.record(Quakes.quake("q" + n, script)));
		String escaped = "&lt;script&gt;alert(&#39;&quot;&amp;&#39;)&lt;/script&gt;, &lt;b&gt;Testland";
		for (String uri : List.of("/", "/archive")) {
			assertThat(body(get(uri))).contains(escaped).doesNotContain("<script>alert").doesNotContain("<b>Testland");
		}
	}

	@Test
	void thePageFollowsFromTheNewestPositionThatItShows() {
		this.recentQuakes.pushAll(Quakes.numbered(230));
		assertThat(body(get("/"))).contains("data-events=\"/events\" data-cursor=\"9-4\"", "data-position=\"9-4\"",
				"<b>2</b> <small>layers in the archive</small>");
	}

	@Test
	void whatIsNewArrivesWithTheStatisticsOfItsRegion() {
		this.feed.record(Quakes.quake("q0"));
		this.feed.record(Quakes.quake("q1"));
		MockHttpServletResponse events = stream("/events?start=0-0", null);
		this.feed.record(Quakes.quake("q2", "3km N of Home, Elsewhere", 4.25, 1_517_363_399_650L));
		await().atMost(PATIENCE).until(() -> text(events).contains("id:0-2\n"));
		String live = Stream.of(text(events).split("\n"))
			.filter((line) -> line.startsWith("data:{\"quake"))
			.reduce((first, second) -> second)
			.map((line) -> line.substring("data:".length()))
			.orElseThrow();
		assertThat(JsonPath.<String>read(live, "$.quake.id")).isEqualTo("q2");
		assertThat(JsonPath.<String>read(live, "$.strength")).isEqualTo("m4");
		assertThat(JsonPath.<Integer>read(live, "$.region.count")).isEqualTo(1);
		assertThat(JsonPath.<Double>read(live, "$.region.strongest")).isEqualTo(4.25);
		assertThat(text(events)).contains("id:0-1\n").doesNotContain("id:0-0\n");
	}

	@Test
	void programsGetEachEventOnceFromTheArchiveOn() {
		this.recentQuakes.pushAll(Quakes.numbered(260));
		MockHttpServletResponse all = stream("/api/quakes/events", null);
		MockHttpServletResponse back = stream("/api/quakes/events?start=newest", "0-5");
		this.recentQuakes.push(Quakes.quake("q260"));
		String last = "id:10-10\n";
		await().atMost(PATIENCE).until(() -> text(all).contains(last) && text(back).contains(last));
		assertThat(positions(all)).isEqualTo(IntStream.range(0, 261).mapToObj((n) -> n / 25 + "-" + n % 25).toList());
		assertThat(positions(back)).isEqualTo(IntStream.range(6, 261).mapToObj((n) -> n / 25 + "-" + n % 25).toList());
	}

	@Test
	void aProgramThatIsAheadIsTold() {
		post(BODY);
		MockHttpServletResponse events = stream("/api/quakes/events", "9-0");
		await().atMost(PATIENCE).until(() -> text(events).contains("event:ahead\nid:oldest\ndata:{\"cursor\":\"9-0\""));
	}

	private MockHttpServletResponse stream(String uri, @Nullable String lastEventId) {
		MockMvcTester.MockMvcRequestBuilder request = this.mvc.get().uri(uri);
		if (lastEventId != null) {
			request = request.header("Last-Event-ID", lastEventId);
		}
		return request.asyncExchange().getResponse();
	}

	private static String text(MockHttpServletResponse response) {
		return new String(response.getContentAsByteArray(), StandardCharsets.UTF_8);
	}

	private static List<String> positions(MockHttpServletResponse response) {
		return Stream.of(text(response).split("\n\n"))
			.filter((event) -> event.startsWith("id:"))
			.map((event) -> event.substring("id:".length(), event.indexOf('\n')))
			.toList();
	}

	@Test
	void theArchiveIsPagedInBothDirections() {
		this.recentQuakes.pushAll(Quakes.numbered(260 + 175));
		assertThat(body(get("/archive"))).contains("9-24 down to 8-0", "older=8-0").doesNotContain("newer=9-24");
		assertThat(body(get("/archive?older=1-0"))).contains("0-24 down to 0-0, the first event", "newer=0-24")
			.doesNotContain("older=0-0");
		assertThat(body(get("/archive?newer=start"))).contains("1-24 down to 0-0, the first event", "newer=1-24");
		assertThat(body(get("/archive?newer=0-24"))).contains("2-24 down to 1-0<", "older=1-0", "newer=2-24");
		assertThat(body(get("/archive?newer=8-24"))).contains("9-24 down to 9-0<").doesNotContain("newer=9-24");
	}

	@Test
	void thereIsAnAlertForEachStrongEventExactlyOnce() {
		replay(16);
		this.subscribers.awaitCaughtUp(Alerts.ID, PATIENCE);
		List<Entry<Quake>> strong = new ArrayList<>(
				this.history.stream().filter((entry) -> entry.item().magnitude() >= Alerts.STRONG).toList());
		Collections.reverse(strong);
		assertThat(this.alerts.findAllByOrderById()).hasSizeGreaterThan(20)
			.extracting(Alert::getPosition, Alert::getMagnitude, Alert::getPlace)
			.containsExactlyElementsOf(strong.stream()
				.map((entry) -> tuple(entry.position().toString(), entry.item().magnitude(), entry.item().place()))
				.toList());
		assertThat(get("/api/alerts")).hasStatusOk().bodyJson().extractingPath("$.count").isEqualTo(strong.size());
		assertThat(get("/api/alerts")).bodyJson().extractingPath("$.lag").isEqualTo(0);
		assertThat(get("/api/alerts")).bodyJson().extractingPath("$.state").isEqualTo("RUNNING");
		assertThat(body(get("/alerts"))).contains("all events looked at", "hx-trigger=\"arrived from:body\"");
	}

	@Test
	void thePageTellsHowFarTheAlertsAreBehind() {
		this.subscribers.awaitCaughtUp(Alerts.ID, PATIENCE);
		this.subscribers.pause(Alerts.ID);
		try {
			this.recentQuakes.pushAll(Quakes.numbered(3));
			assertThat(body(get("/alerts"))).contains("stopped, 3 events behind", "load delay:500ms");
		}
		finally {
			this.subscribers.resume(Alerts.ID);
		}
		this.subscribers.awaitCaughtUp(Alerts.ID, PATIENCE);
		assertThat(body(get("/alerts"))).contains("all events looked at");
	}

	@Test
	void theButtonOfThePageReplays() {
		MvcTestResult answer = this.mvc.post().uri("/replay?writers=16").exchange();
		assertThat(body(answer)).contains("<dd id=\"pushed\">1,707</dd>", "<dd id=\"lost\">0</dd>");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/quakes.css", "/quakes.js", "/land.json", "/favicon.svg" })
	void whatThePageNeedsIsThere(String uri) {
		assertThat(body(get("/"))).contains(uri);
		assertThat(get(uri)).hasStatusOk();
	}

	@Test
	void librariesOfThePageComeWithTheApplication() {
		List<String> scripts = body(get("/")).lines()
			.filter((line) -> line.contains("/webjars/"))
			.map((line) -> line.replaceFirst(".*src=\"([^\"]+)\".*", "$1"))
			.toList();
		assertThat(scripts).hasSize(2).allSatisfy((uri) -> assertThat(get(uri)).hasStatusOk());
	}

	private MvcTestResult replay(int writers) {
		return this.mvc.post().uri("/api/quakes/replay?writers=" + writers).exchange();
	}

	private void assertProblem(MvcTestResult answer, String parameter) {
		assertThat(answer).hasStatus(HttpStatus.BAD_REQUEST).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(answer).bodyJson().extractingPath("$.errors[*].field").asArray().containsExactly(parameter);
	}

	private MvcTestResult post(String body) {
		return this.mvc.post().uri("/api/quakes").contentType(MediaType.APPLICATION_JSON).content(body).exchange();
	}

	private MvcTestResult get(String uri) {
		return this.mvc.get().uri(uri).exchange();
	}

	private static String body(MvcTestResult answer) {
		assertThat(answer).hasStatusOk();
		try {
			return answer.getResponse().getContentAsString();
		}
		catch (UnsupportedEncodingException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private List<String> ids() {
		return this.history.stream().map(Entry::item).map(Quake::id).toList();
	}

}
