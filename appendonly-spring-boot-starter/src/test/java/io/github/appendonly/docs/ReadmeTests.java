package io.github.appendonly.docs;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.appendonly.Position;
import io.github.appendonly.jpa.AppendOnly;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The code in the README is that of files that compile, and does what it says.
 */
@SpringBootTest(properties = { "appendonly.stacks.recent-orders.type=io.github.appendonly.docs.Order",
		"appendonly.stacks.recent-orders.archive=true", "spring.flyway.enabled=false",
		"spring.datasource.generate-unique-name=true" })
class ReadmeTests {

	private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	private static final Pattern SNIPPET = Pattern.compile("<!-- from (\\S+) -->\\n```java\\n(.*?)```", Pattern.DOTALL);

	private final OrderDesk desk;

	private final Notifications notifications;

	private final AppendOnly structures;

	@Autowired
	ReadmeTests(OrderDesk desk, Notifications notifications, AppendOnly structures) {
		this.desk = desk;
		this.notifications = notifications;
		this.structures = structures;
	}

	@Test
	void snippetsAreThoseOfTheFilesTheyName() throws IOException {
		Matcher snippets = SNIPPET.matcher(Files.readString(ROOT.resolve("README.md")));
		List<String> files = new ArrayList<>();
		while (snippets.find()) {
			files.add(snippets.group(1));
			assertThat(Files.readString(ROOT.resolve(snippets.group(1)))).contains(snippets.group(2));
		}
		assertThat(files).hasSize(2);
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
		this.structures.accumulator("mails", String.class).append("a");
		assertThat(this.notifications.takeMails()).containsExactly("a");
		assertThat(this.notifications.takeMails()).isEmpty();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ OrderDesk.class, Notifications.class })
	static class Application {

	}

}
