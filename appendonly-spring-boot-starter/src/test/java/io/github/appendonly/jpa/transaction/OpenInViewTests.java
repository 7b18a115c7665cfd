package io.github.appendonly.jpa.transaction;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.web.EntryEvents;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Open-in-view keeps a session, and with it a connection, for a whole request. Here the
 * pool has only one connection.
 */
class OpenInViewTests {

	/*
	 * Each stream begins with a request that has used the connection.
	 */
	@ParameterizedTest
	@EnumSource
	void pushAndReadAroundATransactionOfOneRequestWhileStreamsAreOpen(TestDatabase database) {
		try (ConfigurableApplicationContext context = start(database)) {
			String server = "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
			List<Stream<String>> streams = Stream.generate(() -> events(server)).limit(3).toList();
			RestClient client = RestClient.create(server);
			String body = client.get().uri("/around").retrieve().body(String.class);
			assertThat(body).isEqualTo("[c, b, a] 0");
			assertThat(context.getBean(AppendOnlyStructures.class).stack("news", String.class).size()).isEqualTo(3);
			assertThat(streams)
				.allSatisfy((lines) -> assertThat(lines.filter((line) -> line.startsWith("data:\"")).limit(3))
					.containsExactly("data:\"a\"", "data:\"b\"", "data:\"c\""));
		}
	}

	private static Stream<String> events(String server) {
		HttpRequest request = HttpRequest.newBuilder(URI.create(server + "/events")).build();
		return HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofLines()).join().body();
	}

	private static ConfigurableApplicationContext start(TestDatabase database) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.properties(database.create().properties())
			.properties("server.port=0", "spring.jpa.open-in-view=true", "spring.jpa.hibernate.ddl-auto=update",
					"spring.flyway.enabled=false", "appendonly.jdbc.initialize-schema=always",
					"spring.datasource.hikari.maximum-pool-size=1", "spring.datasource.hikari.connection-timeout=3000")
			.run();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Requests.class)
	static class Application {

	}

	@Entity(name = "OpenInViewNote")
	@Table(name = "open_in_view_note")
	static class Note {

		@Id
		private long id;

		@SuppressWarnings("unused") // for the database
		private String text = "clean";

		protected Note() {
		}

		Note(long id) {
			this.id = id;
		}

		void change() {
			this.text = "dirty";
		}

	}

	@RestController
	static class Requests {

		private final AppendStack<String> stack;

		private final TransactionTemplate transaction;

		private final EntityManager entityManager;

		private final JdbcClient jdbc;

		Requests(AppendOnlyStructures structures, TransactionTemplate transaction, EntityManager entityManager,
				JdbcClient jdbc) {
			this.stack = structures.stack("news", String.class);
			this.transaction = transaction;
			this.entityManager = entityManager;
			this.jdbc = jdbc;
		}

		@GetMapping("/events")
		EntryEvents<String> events() {
			this.entityManager.find(Note.class, 1L);
			return EntryEvents.of(this.stack);
		}

		@GetMapping("/around")
		String around() {
			this.transaction.executeWithoutResult((status) -> {
				this.stack.push("a");
				this.entityManager.persist(new Note(1));
			});
			this.entityManager.find(Note.class, 1L).change();
			this.stack.push("b");
			long flushed = this.jdbc.sql("select count(*) from open_in_view_note where text = 'dirty'")
				.query(Long.class)
				.single();
			this.transaction.executeWithoutResult((status) -> this.stack.push("c"));
			List<String> items = this.stack.stream().map((entry) -> entry.item()).toList();
			return items + " " + flushed;
		}

	}

}
