package io.github.appendonly.sample;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.github.appendonly.Position;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.WebDriverWait;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.util.StreamUtils;

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

		this.wait.until((page) -> texts("#plot circle").size() == texts("#stack .cells i:not(.free)").size());
		assertThat(this.browser.manage().logs().get(LogType.BROWSER)).isEmpty();
	}

	@Test
	void theArchiveIsPagedBackToTheFirstEventWithTheKeyboard() {
		this.wait.until((page) -> Integer.parseInt(texts("#stack .archive b").get(0)) > 4);
		turn("newest");
		List<String> positions = new ArrayList<>(texts("#archive code"));
		while (!texts("#archive-range").get(0).endsWith("the first event")) {
			turn("older");
			positions.addAll(texts("#archive code"));
		}
		Position newest = Position.parse(positions.get(0));
		List<String> all = LongStream.rangeClosed(0, newest.generation())
			.mapToObj((generation) -> newest.generation() - generation)
			.flatMap((generation) -> IntStream.range(0, 25).mapToObj((n) -> generation + "-" + (24 - n)))
			.toList();
		assertThat(positions).isEqualTo(all);
		assertThat(this.browser.switchTo().activeElement().getDomAttribute("aria-disabled")).isEqualTo("true");

		int above = all.indexOf(texts("#archive code").get(0));
		turn("newer");
		assertThat(texts("#archive code")).isEqualTo(all.subList(above - 50, above));
		turn("first");
		assertThat(texts("#archive code")).isEqualTo(all.subList(all.size() - 50, all.size()));
	}

	/*
	 * Presses a key on a button of the archive. It has the focus before and afterwards.
	 */
	private void turn(String button) {
		String before = texts("#archive-range").get(0);
		this.browser.executeScript("arguments[0].focus()", this.browser.findElement(By.id(button)));
		this.browser.switchTo().activeElement().sendKeys(Keys.ENTER);
		if (!button.equals("newest")) {
			this.wait.until((page) -> !texts("#archive-range").get(0).equals(before));
		}
		this.wait.until((page) -> texts("#archive.htmx-settling, #archive .htmx-request").isEmpty());
		assertThat(this.browser.switchTo().activeElement().getDomAttribute("id")).isEqualTo(button);
	}

	@ParameterizedTest
	@ValueSource(strings = { "light", "dark" })
	void thePageHasNoBarriers(String scheme) throws IOException {
		this.browser.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
		this.wait.until((page) -> texts("#feed li").size() > 25 && !texts("#map canvas").isEmpty());
		this.browser.findElement(By.id("replay")).click();
		this.wait.until((page) -> !texts("#lost").isEmpty());
		this.browser.executeScript(StreamUtils.copyToString(
				Objects.requireNonNull(getClass().getResourceAsStream("/axe.min.js")), StandardCharsets.UTF_8));
		Object violations = this.browser.executeAsyncScript("""
				const done = arguments[arguments.length - 1];
				axe.run({ resultTypes: ['violations'] }).then(
						(results) => done(results.violations.flatMap((violation) => violation.nodes.map(
								(node) => violation.id + ': ' + node.target + ' ' + node.failureSummary))),
						(failure) => done([String(failure)]))""");
		assertThat(violations).asInstanceOf(InstanceOfAssertFactories.LIST).isEmpty();
		assertThat(texts("main section[aria-labelledby], header, footer nav[aria-label]")).hasSize(9);
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
