package io.github.appendonly.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.github.appendonly.Position;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.logging.LogType;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.util.StreamUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page, in an installed Chromium.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@ContextConfiguration(initializers = EmbeddedDatabases.H2.class)
@SuppressWarnings("NullAway.Init")
class BrowserTests {

	@LocalServerPort
	private int port;

	@Autowired
	private QuakeFeed feed;

	private Browser browser;

	@BeforeEach
	void openThePage() throws IOException {
		this.browser = Browser.open("http://localhost:" + this.port + "/");
	}

	@AfterEach
	void closeTheBrowser() {
		if (this.browser != null) {
			this.browser.close();
		}
	}

	@Test
	void quakesArriveTheButtonReplaysAndLayersFallIntoTheArchive() {
		this.browser.await(() -> texts("#feed li").size() > 25 && texts("#stack .layer.sealed").size() > 1);
		assertThat(texts("#regions tr")).isNotEmpty();
		this.browser.await(() -> !texts("#map canvas").isEmpty());

		String script = "<script>document.title = 'changed'</script>";
		this.feed.record(Quakes.quake("posted meanwhile", script));
		this.browser.await(() -> texts("#feed .place").contains(script));
		List<Position> listed = texts("#feed code").stream().map(Position::parse).toList();
		IntStream.range(1, listed.size()).forEach((n) -> assertThat(next(listed.get(n))).isEqualTo(listed.get(n - 1)));
		assertThat(this.browser.driver().getTitle()).isEqualTo("Recent earthquakes");

		this.browser.driver().findElement(By.id("replay")).click();
		this.browser.await(() -> !texts("#lost").isEmpty());
		assertThat(texts("#pushed")).containsExactly("1,707");
		assertThat(texts("#lost")).containsExactly("0");
		this.browser.await(() -> Integer.parseInt(texts("#stack .archive b").get(0)) > 60);
		assertThat(texts("#stack .layer:not(.slot)")).hasSize(8);
		assertThat(texts("#stack .cells i:not(.free)")).hasSizeBetween(176, 200);

		this.browser.await(() -> texts("#alert-progress").contains("all events looked at"));
		assertThat(Integer.parseInt(texts("#alert-count").get(0))).isGreaterThan(20);
		this.browser.await(() -> texts("#plot circle").size() == texts("#stack .cells i:not(.free)").size());
		assertThat(this.browser.driver().manage().logs().get(LogType.BROWSER)).isEmpty();
	}

	@Test
	void theArchiveIsPagedBackToTheFirstEventWithTheKeyboard() {
		this.browser.await(() -> Integer.parseInt(texts("#stack .archive b").get(0)) > 4);
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
		assertThat(this.browser.driver().switchTo().activeElement().getDomAttribute("aria-disabled")).isEqualTo("true");

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
		this.browser.driver().executeScript("arguments[0].focus()", this.browser.driver().findElement(By.id(button)));
		this.browser.driver().switchTo().activeElement().sendKeys(Keys.ENTER);
		if (!button.equals("newest")) {
			this.browser.await(() -> !texts("#archive-range").get(0).equals(before));
		}
		this.browser.await(() -> texts("#archive.htmx-settling, #archive .htmx-request").isEmpty());
		assertThat(this.browser.driver().switchTo().activeElement().getDomAttribute("id")).isEqualTo(button);
	}

	@ParameterizedTest
	@ValueSource(strings = { "light", "dark" })
	void thePageHasNoBarriers(String scheme) throws IOException {
		this.browser.driver()
			.executeCdpCommand("Emulation.setEmulatedMedia",
					Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
		this.browser.await(() -> texts("#feed li").size() > 25 && !texts("#map canvas").isEmpty());
		this.browser.driver().findElement(By.id("replay")).click();
		this.browser.await(() -> !texts("#lost").isEmpty());
		this.browser.driver()
			.executeScript(StreamUtils.copyToString(
					Objects.requireNonNull(getClass().getResourceAsStream("/axe.min.js")), StandardCharsets.UTF_8));
		Object violations = this.browser.driver().executeAsyncScript("""
				const done = arguments[arguments.length - 1];
				axe.run({ resultTypes: ['violations'] }).then(
						(results) => done(results.violations.flatMap((violation) => violation.nodes.map(
								(node) => violation.id + ': ' + node.target + ' ' + node.failureSummary))),
						(failure) => done([String(failure)]))""");
		assertThat(violations).asInstanceOf(InstanceOfAssertFactories.LIST).isEmpty();
		assertThat(texts("main section[aria-labelledby], header, footer nav[aria-label]")).hasSize(10);
	}

	private static Position next(Position position) {
		return (position.index() < 24) ? new Position(position.generation(), position.index() + 1)
				: new Position(position.generation() + 1, 0);
	}

	private List<String> texts(String selector) {
		return this.browser.texts(selector);
	}

}
