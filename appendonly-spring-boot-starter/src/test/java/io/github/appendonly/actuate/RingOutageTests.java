package io.github.appendonly.actuate;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Audit events while the tables of a database cannot be used.
 */
@Timeout(120)
class RingOutageTests {

	private static final int CAPACITY = 10;

	@Test
	void eventsOfAnOutageAreWrittenInOrderAfterItAndWhatFoundNoRoomIsCounted() {
		try (ConfigurableApplicationContext node = new SpringApplicationBuilder(EmptyApplication.class)
			.web(WebApplicationType.NONE)
			.properties(TestDatabase.H2.create().properties())
			.properties("appendonly.jdbc.initialize-schema=always", "spring.flyway.enabled=false",
					"spring.jpa.hibernate.ddl-auto=none", "appendonly.audit-events.enabled=true",
					"appendonly.audit-events.queue-capacity=" + CAPACITY)
			.run()) {
			StackAuditEventRepository events = node.getBean(StackAuditEventRepository.class);
			JdbcClient jdbc = node.getBean(JdbcClient.class);
			add(events, 0, 1);
			assertThat(numbers(events)).containsExactly(0);
			jdbc.sql("alter table appendonly_stack rename to away").update();
			add(events, 1, CAPACITY + 4);
			assertThat(events.handOver().dropped()).isEqualTo(3);
			jdbc.sql("alter table away rename to appendonly_stack").update();
			await().untilAsserted(() -> assertThat(numbers(events))
				.containsExactlyElementsOf(IntStream.rangeClosed(0, CAPACITY).boxed().toList()));
			assertThat(events.handOver().dropped()).isEqualTo(3);
		}
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
