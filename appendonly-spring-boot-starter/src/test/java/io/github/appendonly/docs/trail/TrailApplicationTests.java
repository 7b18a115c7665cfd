package io.github.appendonly.docs.trail;

import java.util.List;

import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application of the chapter "An audit trail" does what it says, with a pool of one
 * connection.
 */
class TrailApplicationTests {

	private static ServletWebServerApplicationContext start(TestDatabase database) {
		ServletWebServerApplicationContext context = (ServletWebServerApplicationContext) new SpringApplicationBuilder(
				TrailApplication.class)
			.properties(database.create().properties())
			.properties("server.port=0", "spring.jpa.hibernate.ddl-auto=update", "spring.flyway.enabled=false",
					"spring.datasource.hikari.maximum-pool-size=1", "appendonly.jdbc.initialize-schema=always",
					"appendonly.stacks.access-trail.type=" + Access.class.getName(),
					"appendonly.stacks.access-trail.max-layers=2", "appendonly.stacks.access-trail.max-length=3",
					"appendonly.stacks.access-trail.archive=true", "appendonly.stacks.access-trail.retention=3650d",
					"appendonly.stacks.access-trail.key-retention=7d")
			.run();
		context.getBean(PersonRepository.class)
			.saveAll(List.of(new Person(1, "Ada", "east"), new Person(2, "Eve", "west")));
		context.getBean(PatientFileRepository.class).save(new PatientFile(7, "east"));
		return context;
	}

	private static MvcTestResult add(MockMvcTester client, long person, String request, String note) {
		return client.post()
			.uri("/files/7")
			.header("Person", person)
			.header("Idempotency-Key", request)
			.content(note)
			.exchange();
	}

	private static MvcTestResult read(MockMvcTester client, long person) {
		return client.get().uri("/files/7").header("Person", person).exchange();
	}

	@ParameterizedTest
	@EnumSource
	void everyAccessIsOnTheTrail(TestDatabase database) {
		try (ServletWebServerApplicationContext context = start(database)) {
			MockMvcTester client = MockMvcTester.from(context);
			assertThat(add(client, 1, "r1", "Fever")).hasStatusOk();
			assertThat(add(client, 1, "r1", "Fever")).hasStatusOk();
			assertThat(add(client, 2, "r2", "Gossip")).hasStatus(HttpStatus.FORBIDDEN);
			assertThat(read(client, 1)).hasStatusOk().hasBodyTextEqualTo("Fever. ");
			for (int i = 0; i < 7; i++) {
				assertThat(read(client, 2)).hasStatus(HttpStatus.FORBIDDEN);
			}
			MvcTestResult page = client.get().uri("/trail").exchange();
			assertThat(page).bodyJson().extractingPath("$.length()").isEqualTo(10);
			assertThat(page).bodyJson().extractingPath("$[9].item.what").isEqualTo("add");
			assertThat(page).bodyJson().extractingPath("$[9].item.person").isEqualTo("Ada");
			assertThat(page).bodyJson().extractingPath("$[8].item.allowed").isEqualTo(false);
			assertThat(page).bodyJson().extractingPath("$[8].item.person").isEqualTo("Eve");
			assertThat(client.get().uri("/trail?below=0-2").exchange()).bodyJson()
				.extractingPath("$.length()")
				.isEqualTo(2);
			assertThat(client.get().uri("/trail/new?cursor=2-2").exchange()).bodyJson()
				.extractingPath("$.entries[0].item.person")
				.isEqualTo("Eve");
			assertThat(client.get().uri("/trail/export").exchange()).bodyText()
				.startsWith("0-0;")
				.hasLineCount(10)
				.contains(";2;7;add;false");
			assertThat(client.delete().uri("/trail?person=2").exchange()).bodyText().isEqualTo("8");
			assertThat(client.get().uri("/trail/export").exchange()).bodyText().hasLineCount(2).doesNotContain(";2;7;");
			JdbcClient jdbc = context.getBean(JdbcClient.class);
			for (String table : List.of("appendonly_slice", "appendonly_archived_layer")) {
				assertThat(jdbc.sql("select items from " + table).query(String.class).list())
					.noneMatch((items) -> items.contains("\"person\":2"));
			}
		}
	}

}
