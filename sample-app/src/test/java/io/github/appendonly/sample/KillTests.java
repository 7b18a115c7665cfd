package io.github.appendonly.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import com.jayway.jsonpath.JsonPath;
import io.github.appendonly.Entry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Killing the application in the middle of its work, on each database.
 */
@SuppressWarnings("NullAway.Init")
abstract class KillTests {

	private static final int CLIENTS = 8;

	private static final int ACKNOWLEDGED = 400;

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	@TempDir
	private Path logs;

	private final HttpClient http = HttpClient.newHttpClient();

	private final JsonMapper mapper = new JsonMapper();

	/**
	 * The properties that lead to a new, empty database.
	 */
	abstract List<String> database();

	@Test
	void whatWasAcknowledgedBeforeAKillIsThereOnceAndWhereItWas() throws IOException {
		List<String> database = database();
		Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
		Queue<String> seen = new ConcurrentLinkedQueue<>();
		ExecutorService clients = Executors.newFixedThreadPool(CLIENTS + 1);
		try (ApplicationProcess process = ApplicationProcess.start(this.logs.resolve("app.log"), database,
				"quakes.replay.head-start=7d")) {
			List<CompletableFuture<Void>> work = IntStream.range(0, CLIENTS)
				.mapToObj((client) -> CompletableFuture.runAsync(() -> post(process, client, acknowledged), clients))
				.toList();
			CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> follow(process, seen), clients);
			await().atMost(PATIENCE).until(() -> acknowledged.size() >= ACKNOWLEDGED && seen.size() >= ACKNOWLEDGED);
			process.kill();
			CompletableFuture.allOf(work.toArray(CompletableFuture[]::new)).join();
			reader.join();
		}
		finally {
			clients.shutdown();
		}
		try (RunningApplication application = RunningApplication.start(database, "quakes.replay.enabled=false")) {
			List<Entry<Quake>> entries = application.oldestFirst();
			List<String> ids = entries.stream().map((entry) -> entry.item().id()).toList();
			assertThat(ids).doesNotHaveDuplicates().containsAll(acknowledged);
			assertThat(entries.stream().map(KillTests::print).toList()).startsWith(seen.toArray(String[]::new));
			assertThat(entries).extracting((entry) -> entry.position().toString())
				.isEqualTo(IntStream.range(0, ids.size()).mapToObj((n) -> n / 25 + "-" + n % 25).toList());
			application.assertStatisticsAgree();
		}
	}

	/*
	 * Posts one event after the other until the application is gone.
	 */
	private void post(ApplicationProcess process, int client, Queue<String> acknowledged) {
		for (int n = 0;; n++) {
			Quake quake = Quakes.quake("client-" + client + "-" + n, "Somewhere, Land " + n % 10);
			HttpRequest request = HttpRequest.newBuilder(process.uri("/api/quakes"))
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString(this.mapper.writeValueAsString(quake)))
				.build();
			HttpResponse<String> answer = send(request);
			if (answer == null) {
				return;
			}
			assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
			acknowledged.add(quake.id());
		}
	}

	/*
	 * Reads one event after the other until the application is gone.
	 */
	private void follow(ApplicationProcess process, Queue<String> seen) {
		URI next = process.uri("/api/quakes/newer?limit=100");
		HttpResponse<String> answer = send(HttpRequest.newBuilder(next).build());
		while (answer != null) {
			List<String> positions = JsonPath.read(answer.body(), "$.entries[*].position");
			List<String> ids = JsonPath.read(answer.body(), "$.entries[*].item.id");
			IntStream.range(0, ids.size()).forEach((n) -> seen.add(positions.get(n) + " " + ids.get(n)));
			String cursor = JsonPath.read(answer.body(), "$.cursor");
			next = process.uri("/api/quakes/newer?limit=100&than=" + cursor);
			answer = send(HttpRequest.newBuilder(next).build());
		}
	}

	private @Nullable HttpResponse<String> send(HttpRequest request) {
		try {
			return this.http.send(request, HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			return null;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String print(Entry<Quake> entry) {
		return entry.position() + " " + entry.item().id();
	}

}
