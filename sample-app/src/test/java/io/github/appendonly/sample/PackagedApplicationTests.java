package io.github.appendonly.sample;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The jar as it is delivered, started from what was prepared when it was built.
 */
@Tag("packaged")
@SuppressWarnings("NullAway.Init")
class PackagedApplicationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	@TempDir
	private Path directory;

	private final HttpClient http = HttpClient.newHttpClient();

	private final JsonMapper mapper = new JsonMapper();

	@Test
	void preparedApplicationReplaysTakesEventsInAndShowsThem() throws Exception {
		Path log = this.directory.resolve("app.log");
		try (ApplicationProcess process = ApplicationProcess.startPackaged(log, EmbeddedDatabases.h2(this.directory),
				"quakes.replay.head-start=7d")) {
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(archivedLayers(process)).isGreaterThan(50));
			assertThat(Files.readString(log)).contains("Starting AOT-processed");
			Quake quake = Quakes.quake("posted");
			assertThat(send(HttpRequest.newBuilder(process.uri("/api/quakes"))
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString(this.mapper.writeValueAsString(quake)))).statusCode())
				.isEqualTo(201);
			assertThat(JsonPath.<List<String>>read(get(process, "/api/quakes?limit=500"),
					"$.entries[?(@.item.id == 'posted')].position"))
				.hasSize(1);
			assertThat(get(process, "/api/regions")).contains("Testland");
			assertThat(get(process, "/")).contains("Testland");
		}
	}

	private int archivedLayers(ApplicationProcess process) throws IOException, InterruptedException {
		return JsonPath.read(get(process, "/api/stack"), "$.archivedLayers");
	}

	private String get(ApplicationProcess process, String path) throws IOException, InterruptedException {
		HttpResponse<String> answer = send(HttpRequest.newBuilder(process.uri(path)));
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		return answer.body();
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
		return this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

}
