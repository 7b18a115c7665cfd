package io.github.appendonly.companions;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.appendonly.actuate.recording.StackAuditEventRepository;
import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.awaitility.Awaitility.await;

/**
 * An application that Spring Security guards, as Boot sets it up: who has logged in, and
 * who has failed to, is on the stack of the audit events.
 */
@Tag("companions")
@ParameterizedClass
@EnumSource(TestDatabase.class)
class SpringSecurityTests {

	private static final String SUCCESS = "AUTHENTICATION_SUCCESS";

	private static final String FAILURE = "AUTHENTICATION_FAILURE";

	private final TestDatabase.Url url;

	private final ConfigurableApplicationContext node;

	SpringSecurityTests(TestDatabase database) {
		this.url = database.create();
		this.node = start();
	}

	private ConfigurableApplicationContext start() {
		return new SpringApplicationBuilder(EmptyApplication.class).web(WebApplicationType.SERVLET)
			.properties(this.url.properties())
			.properties("server.port=0", "appendonly.jdbc.initialize-schema=always", "spring.flyway.enabled=false",
					"spring.jpa.hibernate.ddl-auto=none", "appendonly.audit-events.enabled=true",
					"management.endpoints.web.exposure.include=auditevents",
					"management.otlp.metrics.export.enabled=false", "spring.security.user.name=ann",
					"spring.security.user.password=right")
			.run();
	}

	@AfterEach
	void close() {
		this.node.close();
	}

	private static RestClient client(ConfigurableApplicationContext node, String password) {
		return RestClient.builder()
			.baseUrl("http://localhost:" + node.getEnvironment().getProperty("local.server.port") + "/actuator")
			.defaultHeaders((headers) -> headers.setBasicAuth("ann", password))
			.defaultStatusHandler(HttpStatusCode::isError, (request, response) -> {
			})
			.build();
	}

	private static HttpStatusCode login(ConfigurableApplicationContext node, String password) {
		return client(node, password).get().uri("/auditevents").retrieve().toBodilessEntity().getStatusCode();
	}

	@Test
	void loginsAreFoundByTheirPrincipal() {
		assertThat(login(this.node, "wrong")).isEqualTo(HttpStatus.UNAUTHORIZED);
		assertThat(login(this.node, "right")).isEqualTo(HttpStatus.OK);
		AuditEventRepository repository = this.node.getBean(AuditEventRepository.class);
		assertThat(repository).isInstanceOf(StackAuditEventRepository.class);
		await().untilAsserted(() -> assertThat(repository.find("ann", null, null)).extracting(AuditEvent::getType)
			.containsExactly(FAILURE, SUCCESS));
		List<AuditEvent> found = repository.find("ann", null, null);
		assertThat(found).allSatisfy(
				(event) -> assertThat(event.getData().get("details").toString()).contains("remoteAddress=127.0.0.1"));
		assertThat(repository.find("ann", null, FAILURE)).hasSize(1);
		assertThat(repository.find("eve", null, null)).isEmpty();
	}

	@Test
	void endpointOfAnotherInstanceShowsThem() {
		assertThat(login(this.node, "wrong")).isEqualTo(HttpStatus.UNAUTHORIZED);
		AuditEventRepository repository = this.node.getBean(AuditEventRepository.class);
		await().untilAsserted(() -> assertThat(repository.find(null, null, FAILURE)).isNotEmpty());
		try (ConfigurableApplicationContext second = start()) {
			Map<String, Object> events = Objects.requireNonNull(client(second, "right").get()
				.uri("/auditevents?principal=ann&type=" + FAILURE)
				.retrieve()
				.body(new ParameterizedTypeReference<Map<String, Object>>() {
				}));
			assertThat(events.get("events")).asInstanceOf(LIST)
				.singleElement()
				.asString()
				.contains("principal=ann", "type=" + FAILURE, "BadCredentialsException");
		}
	}

}
