package io.github.appendonly.actuate.recording;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.jpa.PostgresOutage;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Audit events while a database cannot be used.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class RecordingOutageTests {

	private static final int CAPACITY = 10;

	private static ConfigurableApplicationContext start(TestDatabase.Url url, Class<?>... more) {
		return new SpringApplicationBuilder(EmptyApplication.class).sources(more)
			.web(WebApplicationType.NONE)
			.properties(url.properties())
			.properties("appendonly.jdbc.initialize-schema=always", "spring.flyway.enabled=false",
					"spring.jpa.hibernate.ddl-auto=none", "spring.datasource.hikari.connection-timeout=300",
					"appendonly.audit-events.enabled=true", "appendonly.audit-events.queue-capacity=" + CAPACITY,
					"logging.level.io.github.appendonly.actuate=info")
			.run();
	}

	@ParameterizedTest
	@EnumSource
	void eventsOfAnOutageAreWrittenInOrderAfterItAndWhatFoundNoRoomIsCounted(TestDatabase database,
			CapturedOutput output) {
		try (ConfigurableApplicationContext node = start(database.create())) {
			JdbcClient jdbc = node.getBean(JdbcClient.class);
			assertKeepsWhatItHasRoomFor(node.getBean(StackAuditEventRepository.class), output,
					() -> jdbc.sql("alter table appendonly_stack rename to away").update(),
					() -> jdbc.sql("alter table away rename to appendonly_stack").update());
		}
	}

	@Test
	void eventsOfAnOutageOfTheServerAreWrittenInOrderAfterItAndWhatFoundNoRoomIsCounted(CapturedOutput output) {
		TestDatabase.Url url = TestDatabase.POSTGRESQL.create();
		try (PostgresOutage outage = new PostgresOutage(url); ConfigurableApplicationContext node = start(url)) {
			assertKeepsWhatItHasRoomFor(node.getBean(StackAuditEventRepository.class), output, outage::begin,
					outage::end);
		}
	}

	private static void assertKeepsWhatItHasRoomFor(StackAuditEventRepository events, CapturedOutput output,
			Runnable begin, Runnable end) {
		add(events, 0, 1);
		assertThat(numbers(events)).containsExactly(0);
		begin.run();
		add(events, 1, CAPACITY + 4);
		assertThat(events.writer().dropped()).isEqualTo(3);
		await().until(() -> !lines(output, "audit events fails;").isEmpty());
		end.run();
		await().until(() -> !lines(output, "works again").isEmpty());
		await().ignoreExceptions()
			.untilAsserted(() -> assertThat(numbers(events))
				.containsExactlyElementsOf(IntStream.rangeClosed(0, CAPACITY).boxed().toList()));
		assertThat(events.writer().dropped()).isEqualTo(3);
		assertThat(lines(output, "audit events")).satisfiesExactlyInAnyOrder(
				(full) -> assertThat(full).contains("WARN").contains("Too many audit events wait"),
				(begun) -> assertThat(begun).contains("WARN").contains("Writing of audit events fails;"),
				(over) -> assertThat(over).contains("INFO")
					.contains("Writing of audit events works again; 3 were dropped meanwhile"));
	}

	/**
	 * The server ends the session that is about to commit, so that nobody can say whether
	 * it did.
	 */
	@Test
	void eventsWhoseCommitIsUncertainAreWrittenAgain(CapturedOutput output) {
		TestDatabase.Url url = TestDatabase.POSTGRESQL.create();
		try (ConfigurableApplicationContext node = start(url)) {
			StackAuditEventRepository events = node.getBean(StackAuditEventRepository.class);
			JdbcClient jdbc = node.getBean(JdbcClient.class);
			add(events, 0, 1);
			assertThat(numbers(events)).containsExactly(0);
			jdbc.sql("""
					create function end_session() returns trigger language plpgsql as
					$$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$""").update();
			jdbc.sql("""
					create constraint trigger ending after insert on appendonly_slice
					deferrable initially deferred for each row execute function end_session()""").update();
			add(events, 1, 2);
			await().until(() -> !lines(output, "audit events fails;").isEmpty());
			add(events, 2, 4);
			jdbc.sql("drop trigger ending on appendonly_slice").update();
			await().until(() -> !lines(output, "works again").isEmpty());
			await().untilAsserted(() -> assertThat(numbers(events)).containsExactly(0, 1, 2, 3));
			assertThat(output).contains("UncertainCommitException");
			assertThat(lines(output, "works again")).singleElement()
				.asString()
				.matches(".* 0 were dropped meanwhile, and \\d may be stored twice because a commit was uncertain");
			assertThat(events.writer().dropped()).isZero();
		}
	}

	@ParameterizedTest
	@EnumSource
	void eventsThatWereCommittedThoughNobodyKnewAreThereTwiceWhichIsTold(TestDatabase database, CapturedOutput output) {
		try (ConfigurableApplicationContext node = start(database.create(), BreakingConnections.class)) {
			StackAuditEventRepository events = node.getBean(StackAuditEventRepository.class);
			add(events, 0, 1);
			assertThat(numbers(events)).containsExactly(0);
			node.getBean(BreakingConnections.class).breakNext();
			add(events, 1, 2);
			await().until(() -> !lines(output, "works again").isEmpty());
			add(events, 2, 3);
			assertThat(numbers(events)).containsExactly(0, 1, 1, 2);
			assertThat(lines(output, "works again")).singleElement()
				.asString()
				.endsWith(" 0 were dropped meanwhile, and 1 may be stored twice because a commit was uncertain");
		}
	}

	private static List<String> lines(CapturedOutput output, String part) {
		return output.getOut().lines().filter((line) -> line.contains(part)).toList();
	}

	private static void add(AuditEventRepository events, int from, int to) {
		IntStream.range(from, to)
			.forEach((number) -> events.add(new AuditEvent("ann", "in", Map.of("number", number))));
	}

	private static List<Object> numbers(AuditEventRepository events) {
		return events.find(null, null, null)
			.stream()
			.map((event) -> event.getData().getOrDefault("number", -1))
			.toList();
	}

}
