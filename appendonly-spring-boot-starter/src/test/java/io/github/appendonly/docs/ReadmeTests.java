package io.github.appendonly.docs;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.appendonly.Family;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.AppendOnlyStructures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The code in the README and the other documents is that of files that compile, and does
 * what it says.
 */
@SpringBootTest(properties = { "appendonly.stacks.recent-orders.type=io.github.appendonly.docs.Order",
		"appendonly.stacks.recent-orders.archive=true",
		"appendonly.accumulators.unconfirmed-orders.type=io.github.appendonly.docs.Order",
		"appendonly.stacks.recent-invoices.type=io.github.appendonly.docs.Invoice", "spring.flyway.enabled=false",
		"spring.datasource.generate-unique-name=true", "appendonly.inbox.check-interval=0" })
class ReadmeTests {

	private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	private static final Pattern SNIPPET = Pattern.compile("<!-- from (\\S+) -->\\n```java\\n(.*?)```", Pattern.DOTALL);

	private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]*))?\\)");

	private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);

	static Stream<Path> pages() throws IOException {
		try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
			return Stream
				.concat(Stream.of(ROOT.resolve("README.md")), docs.filter((file) -> file.toString().endsWith(".md")))
				.toList()
				.stream();
		}
	}

	private final OrderDesk desk;

	private final Notifications notifications;

	private final Invoices invoices;

	private final OrderMails mails;

	private final AppendOnlyStructures structures;

	@Autowired
	ReadmeTests(OrderDesk desk, Notifications notifications, Invoices invoices, OrderMails mails,
			AppendOnlyStructures structures) {
		this.desk = desk;
		this.notifications = notifications;
		this.invoices = invoices;
		this.mails = mails;
		this.structures = structures;
	}

	@ParameterizedTest
	@MethodSource("pages")
	void snippetsAreThoseOfTheFilesTheyName(Path page) throws IOException {
		String text = Files.readString(page);
		int found = 0;
		for (Matcher snippet = SNIPPET.matcher(text); snippet.find(); found++) {
			assertThat(Files.readString(ROOT.resolve(snippet.group(1)))).contains(snippet.group(2));
		}
		assertThat(found).isEqualTo(text.split("```java", -1).length - 1);
	}

	@ParameterizedTest
	@MethodSource("pages")
	void linksLeadSomewhere(Path page) throws IOException {
		for (Matcher link = LINK.matcher(Files.readString(page)); link.find();) {
			Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
			assertThat(target).exists();
			if (link.group(2) != null) {
				assertThat(anchors(target)).contains(link.group(2));
			}
		}
	}

	/**
	 * What a heading is called in links: its words in lower case.
	 */
	private static List<String> anchors(Path page) throws IOException {
		return HEADING.matcher(Files.readString(page))
			.results()
			.map((heading) -> heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-'))
			.toList();
	}

	@Test
	void orderDeskWorks() {
		Order order = new Order("1", new BigDecimal("9.90"));
		this.desk.place(order);
		assertThat(this.desk.latest()).extracting((entry) -> entry.item()).containsExactly(order);
		this.desk.place(new Order("2", BigDecimal.ONE));
		assertThat(this.desk.newerThan(new Position(0, 0)).entries()).hasSize(1);
	}

	@Test
	void notificationsWork() {
		this.notifications.of("ada").push(new Notification("Hello"));
		assertThat(this.notifications.of("ada").size()).isEqualTo(1);
		assertThat(this.notifications.of("bob").isEmpty()).isTrue();
	}

	@Test
	void teamFeedsWork(@Autowired Family<Notification> teamFeeds) {
		teamFeeds.stack("red").push(new Notification("Hello"));
		assertThat(teamFeeds.members("", 10)).containsExactly("red");
		assertThat(this.structures.status("team-feed-red").archived()).isTrue();
	}

	@Test
	void orderMailsWork() {
		List<Order> orders = IntStream.range(0, 45)
			.mapToObj((number) -> new Order("" + number, BigDecimal.ONE))
			.toList();
		orders.forEach(this.mails::place);
		List<Order> confirmed = new ArrayList<>();
		assertThatIllegalStateException().isThrownBy(() -> this.mails.confirm((order) -> {
			if (order.number().equals("30")) {
				throw new IllegalStateException("No mailbox");
			}
			confirmed.add(order);
		}));
		assertThat(confirmed).isEqualTo(orders.subList(0, 30));
		confirmed.clear();
		this.mails.confirm(confirmed::add);
		assertThat(confirmed).isEqualTo(orders.subList(20, 45));
		assertThat(this.structures.accumulator("unconfirmed-orders", Order.class)).isEmpty();
	}

	@Test
	void invoicesWork() {
		Invoice first = new Invoice();
		Invoice second = new Invoice();
		this.invoices.create(first);
		this.invoices.create(second);
		assertThat(this.invoices.latest()).extracting(Invoice::getId).containsExactly(second.getId(), first.getId());
		this.invoices.delete(Objects.requireNonNull(second.getId()));
		assertThat(this.invoices.latest()).extracting(Invoice::getId).containsExactly(first.getId());
		assertThat(this.structures.stack("recent-invoices", Long.class).size()).isEqualTo(2);
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ OrderDesk.class, Notifications.class, Invoices.class, OrderMails.class, TeamFeeds.class })
	static class Application {

	}

}
