package io.github.appendonly.sample;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A page that stays open while the application is killed and started again.
 */
@SuppressWarnings("NullAway.Init")
class OpenPageTests {

	@TempDir
	private Path directory;

	private final HttpClient http = HttpClient.newHttpClient();

	private final JsonMapper mapper = new JsonMapper();

	@Test
	void nothingIsMissingAndNothingIsThereTwice() throws Exception {
		List<String> database = EmbeddedDatabases.h2(this.directory);
		try (ApplicationProcess first = ApplicationProcess.start(this.directory.resolve("first.log"), database,
				"quakes.replay.enabled=false")) {
			record(first, 0, 30);
			try (Browser browser = Browser.open(first.uri("/").toString())) {
				record(first, 30, 220);
				browser.await(() -> browser.texts("#feed code").size() == 220);
				first.kill();
				browser.await(() -> !browser.texts("#connection").get(0).isEmpty());
				try (ApplicationProcess second = first.again(this.directory.resolve("second.log"))) {
					record(second, 220, 260);
					browser.await(() -> browser.texts("#feed code").size() >= 260);
					record(second, 260, 270);
					browser.await(() -> browser.texts("#feed code").size() >= 270
							&& browser.texts("#total").get(0).startsWith("270 "));
					assertThat(browser.texts("#feed code")).isEqualTo(
							IntStream.range(0, 270).map((n) -> 269 - n).mapToObj(OpenPageTests::position).toList());
					assertThat(browser.texts("#stack .layer b"))
						.isEqualTo(List.of("10", "9", "8", "7", "6", "5", "4", "3"));
					assertThat(browser.texts("#stack .cells i:not(.free)")).hasSize(195);
					assertThat(browser.texts("#stack .archive b")).containsExactly("3");
					assertThat(browser.texts("#regions th")).containsExactly("Testland");
					assertThat(browser.texts("#regions td")).containsExactly("2.5", "270");
					assertThat(browser.texts("#connection")).containsExactly("");
				}
			}
		}
	}

	private static String position(int n) {
		return n / 25 + "-" + n % 25;
	}

	private void record(ApplicationProcess process, int from, int to) throws IOException, InterruptedException {
		for (int n = from; n < to; n++) {
			HttpRequest request = HttpRequest.newBuilder(process.uri("/api/quakes"))
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString(this.mapper.writeValueAsString(Quakes.quake("q" + n))))
				.build();
			assertThat(this.http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(201);
		}
	}

}
