package io.github.appendonly.sample;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import io.github.appendonly.Position;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.WebDriverWait;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ContextConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The page, in an installed Chromium.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@ContextConfiguration(initializers = EmbeddedDatabases.H2.class)
@SuppressWarnings("NullAway.Init")
class BrowserTests {

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	@LocalServerPort
	private int port;

	@Autowired
	private QuakeFeed feed;

	private ChromeDriver browser;

	private WebDriverWait wait;

	@BeforeEach
	void openThePage() throws IOException {
		Optional<File> chromium = installed("chromium", "chromium-browser", "google-chrome", "chrome");
		Optional<File> driver = installed("chromedriver");
		assumeTrue(chromium.isPresent() && driver.isPresent(),
				"The page is not tested: neither Chromium nor Chrome is on the PATH, or no chromedriver");
		ChromeOptions options = new ChromeOptions();
		options.setBinary(chromium.orElseThrow());
		options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync",
				"--window-size=1280,1400",
				"--user-data-dir=" + Files.createTempDirectory(Path.of("target").toAbsolutePath(), "chromium"));
		ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(driver.orElseThrow())
			.usingAnyFreePort()
			.build();
		this.browser = new ChromeDriver(service, options);
		this.wait = new WebDriverWait(this.browser, PATIENCE);
		this.browser.get("http://localhost:" + this.port + "/");
	}

	@AfterEach
	void closeTheBrowser() {
		if (this.browser != null) {
			this.browser.quit();
		}
	}

	@Test
	void quakesArriveTheButtonReplaysAndLayersFallIntoTheArchive() {
		this.wait.until((page) -> texts("#feed li").size() > 25 && texts("#stack .layer.sealed").size() > 1);
		assertThat(texts("#regions tr")).isNotEmpty();
		this.wait.until((page) -> !texts("#map canvas").isEmpty());

		String script = "<script>document.title = 'changed'</script>";
		this.feed.record(Quakes.quake("posted meanwhile", script));
		this.wait.until((page) -> texts("#feed .place").contains(script));
		assertThat(this.browser.getTitle()).isEqualTo("Recent earthquakes");

		this.browser.findElement(By.id("replay")).click();
		this.wait.until((page) -> !texts("#lost").isEmpty());
		assertThat(texts("#pushed")).containsExactly("1,707");
		assertThat(texts("#lost")).containsExactly("0");
		this.wait.until((page) -> Integer.parseInt(texts("#stack .archive b").get(0)) > 60);
		assertThat(texts("#stack .layer:not(.slot)")).hasSize(8);
		assertThat(texts("#stack .cells i:not(.free)")).hasSizeBetween(176, 200);

		this.browser.findElement(By.id("older")).click();
		this.wait.until((page) -> oldestListed() < oldestKept());
		assertThat(this.browser.manage().logs().get(LogType.BROWSER)).isEmpty();
	}

	private long oldestListed() {
		List<String> positions = texts("#feed code");
		return Position.parse(positions.get(positions.size() - 1)).generation();
	}

	private long oldestKept() {
		List<String> generations = texts("#stack .layer b");
		return Long.parseLong(generations.get(generations.size() - 1));
	}

	/*
	 * In one step: the page changes all the time, and a reference to an element of it
	 * would go stale.
	 */
	@SuppressWarnings("unchecked")
	private List<String> texts(String selector) {
		Object texts = this.browser.executeScript(
				"return [...document.querySelectorAll(arguments[0])].map((element) => element.textContent)", selector);
		return (List<String>) Objects.requireNonNull(texts);
	}

	private static Optional<File> installed(String... names) {
		List<String> directories = List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator));
		return Stream.of(names)
			.flatMap((name) -> directories.stream().map((directory) -> new File(directory, name)))
			.filter(File::canExecute)
			.findFirst();
	}

}
