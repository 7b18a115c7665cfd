package io.github.appendonly.docs.feed;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application of the chapter "A feed" does what it says.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class FeedApplicationTests {

	@Parameter
	@SuppressWarnings("NullAway.Init") // set after the constructor
	private TestDatabase database;

	private static final Map<TestDatabase, ServletWebServerApplicationContext> contexts = new EnumMap<>(
			TestDatabase.class);

	@SuppressWarnings("NullAway.Init") // set before each test
	private MockMvcTester client;

	@BeforeEach
	void start() {
		this.client = MockMvcTester.from(contexts.computeIfAbsent(this.database, FeedApplicationTests::start));
	}

	private static ServletWebServerApplicationContext start(TestDatabase database) {
		ServletWebServerApplicationContext context = (ServletWebServerApplicationContext) new SpringApplicationBuilder(
				FeedApplication.class)
			.properties(database.create().properties())
			.properties("server.port=0", "spring.jpa.hibernate.ddl-auto=update", "spring.flyway.enabled=false",
					"appendonly.jdbc.initialize-schema=always",
					"appendonly.families.feed.type=" + Activity.class.getName(),
					"appendonly.families.feed.max-layers=2", "appendonly.families.feed.max-length=20",
					"appendonly.families.feed.archive=true", "appendonly.families.feed.retention=90d",
					"appendonly.families.feed.key-retention=1d")
			.run();
		context.getBean(AuthorRepository.class).saveAll(List.of(new Author(1, "Ada"), new Author(2, "Bob")));
		return context;
	}

	@AfterAll
	static void stop() {
		contexts.values().forEach(ServletWebServerApplicationContext::close);
	}

	private void post(String team, long author, String text) {
		assertThat(this.client.post()
			.uri("/teams/{team}/activities", team)
			.contentType(MediaType.APPLICATION_JSON)
			.content("{\"author\":" + author + ",\"text\":\"" + text + "\"}")).hasStatus(HttpStatus.ACCEPTED);
	}

	private MvcTestResult get(String uri, Object... variables) {
		MvcTestResult result = this.client.get().uri(uri, variables).exchange();
		assertThat(result).hasStatusOk();
		return result;
	}

	@Test
	void feedOfATeam() {
		IntStream.range(0, 70).forEach((i) -> post("red", 1 + i % 2, "did " + i));
		post("blue", 3, "left");
		MvcTestResult page = get("/teams/red/activities");
		assertThat(page).bodyJson().extractingPath("$.length()").isEqualTo(20);
		assertThat(page).bodyJson().extractingPath("$[0].item.text").isEqualTo("did 69");
		assertThat(page).bodyJson().extractingPath("$[0].item.author").isEqualTo("Bob");
		assertThat(page).bodyJson().extractingPath("$[1].item.author").isEqualTo("Ada");
		assertThat(page).bodyJson().extractingPath("$[19].position").isEqualTo("2-10");
		assertThat(get("/teams/red/activities?below=2-10")).bodyJson()
			.extractingPath("$[0].item.text")
			.isEqualTo("did 49");
		assertThat(get("/teams/red/activities?below=0-5")).bodyJson().extractingPath("$.length()").isEqualTo(5);
		assertThat(get("/teams/blue/activities")).bodyJson().extractingPath("$[0].item.author").isEqualTo("somebody");
		MvcTestResult step = get("/teams/red/activities/new?cursor=3-7");
		assertThat(step).bodyJson().extractingPath("$.entries[0].item.text").isEqualTo("did 68");
		assertThat(step).bodyJson().extractingPath("$.cursor").isEqualTo("3-9");
		assertThat(step).bodyJson().extractingPath("$.caughtUp").isEqualTo(true);
		assertThat(get("/teams?after=blue")).bodyText().isEqualTo("[\"red\"]");
	}

	@Test
	void unreadActivitiesAreCounted() {
		IntStream.range(0, 120).forEach((i) -> post("green", 1, "did " + i));
		assertThat(get("/teams/green/unread?reader=2")).bodyText().isEqualTo("99+");
		assertThat(this.client.put().uri("/teams/green/read?reader=2&upTo=4-19")).hasStatusOk();
		assertThat(get("/teams/green/unread?reader=2")).bodyText().isEqualTo("20");
		assertThat(this.client.put().uri("/teams/green/read?reader=2&upTo=1-0")).hasStatusOk();
		assertThat(get("/teams/green/unread?reader=2")).bodyText().isEqualTo("20");
		assertThat(get("/teams/yellow/unread?reader=2")).bodyText().isEqualTo("0");
		assertThat(this.client.delete().uri("/teams/green")).hasStatusOk();
		assertThat(get("/teams/green/unread?reader=2")).bodyText().isEqualTo("0");
		assertThat(get("/teams?after=f")).bodyText().doesNotContain("green");
		post("green", 1, "came back");
		assertThat(get("/teams/green/unread?reader=2")).bodyText().isEqualTo("1");
	}

	@Test
	void requestThatComesTwiceIsPostedOnceAndAnAuthorIsForgotten() {
		for (int i = 0; i < 2; i++) {
			assertThat(this.client.post()
				.uri("/teams/amber/activities")
				.header("Idempotency-Key", "7")
				.contentType(MediaType.APPLICATION_JSON)
				.content("{\"author\":9,\"text\":\"once\"}")).hasStatus(HttpStatus.ACCEPTED);
		}
		IntStream.range(0, 50).forEach((i) -> post("amber", 1 + 8 * (i % 2), "did " + i));
		assertThat(get("/teams/amber/unread?reader=2")).bodyText().isEqualTo("51");
		assertThat(this.client.delete().uri("/teams/authors/9")).hasStatusOk();
		assertThat(get("/teams/amber/activities")).bodyJson()
			.extractingPath("$[*].item.author")
			.asArray()
			.hasSize(20)
			.containsOnly("Ada");
		assertThat(get("/teams/amber/activities/new?cursor=start")).bodyJson()
			.extractingPath("$.gone[0].reason")
			.isEqualTo("ERASED");
	}

	@Test
	void badRequestsAreAnsweredAsSuch() {
		assertThat(this.client.get().uri("/teams/red/activities?below=here")).hasStatus(HttpStatus.BAD_REQUEST);
	}

}
