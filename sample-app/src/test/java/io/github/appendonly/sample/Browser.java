package io.github.appendonly.sample;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * An installed Chromium with an open page.
 */
final class Browser implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	private final ChromeDriver driver;

	private Browser(ChromeDriver driver) {
		this.driver = driver;
	}

	/**
	 * Opens a page. Without a browser, the test is not run.
	 */
	static Browser open(String uri) throws IOException {
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
		Browser browser = new Browser(new ChromeDriver(service, options));
		browser.driver.get(uri);
		return browser;
	}

	private static Optional<File> installed(String... names) {
		List<String> directories = List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator));
		return Stream.of(names)
			.flatMap((name) -> directories.stream().map((directory) -> new File(directory, name)))
			.filter(File::canExecute)
			.findFirst();
	}

	ChromeDriver driver() {
		return this.driver;
	}

	void await(BooleanSupplier condition) {
		new WebDriverWait(this.driver, PATIENCE).until((page) -> condition.getAsBoolean());
	}

	/*
	 * In one step: the page changes all the time, and a reference to an element of it
	 * would go stale.
	 */
	@SuppressWarnings("unchecked")
	List<String> texts(String selector) {
		Object texts = this.driver.executeScript(
				"return [...document.querySelectorAll(arguments[0])].map((element) => element.textContent)", selector);
		return (List<String>) Objects.requireNonNull(texts);
	}

	@Override
	public void close() {
		this.driver.quit();
	}

}
