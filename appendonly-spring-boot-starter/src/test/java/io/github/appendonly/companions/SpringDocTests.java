package io.github.appendonly.companions;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.docs.Order;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What springdoc says of positions: they are text, as they are in requests and responses.
 */
@Tag("companions")
class SpringDocTests {

	private final ConfigurableApplicationContext context = new SpringApplicationBuilder(Described.class)
		.web(WebApplicationType.SERVLET)
		.properties("server.port=0", "spring.main.lazy-initialization=true", "spring.main.banner-mode=off",
				"spring.flyway.enabled=false", "spring.datasource.generate-unique-name=true",
				"spring.security.user.name=ann", "spring.security.user.password=right",
				"management.otlp.metrics.export.enabled=false")
		.run();

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void positionsAreText() {
		String port = this.context.getEnvironment().getProperty("local.server.port");
		JsonNode api = JsonMapper.shared()
			.readTree(RestClient.create("http://localhost:" + port)
				.get()
				.uri("/v3/api-docs")
				.headers((headers) -> headers.setBasicAuth("ann", "right"))
				.retrieve()
				.body(String.class));
		JsonNode schemas = api.at("/components/schemas");
		assertThat(schemas.has("Position")).isFalse();
		assertThat(schemas.at("/ChangesOrder/properties/cursor/type").asString()).isEqualTo("string");
		assertThat(schemas.at("/EntryOrder/properties/position/type").asString()).isEqualTo("string");
		assertThat(schemas.at("/Gone/properties/position/type").asString()).isEqualTo("string");
		JsonNode parameters = api.at("/paths/~1orders/get/parameters");
		assertThat(parameters).hasSize(2);
		assertThat(parameters).allSatisfy((parameter) -> {
			assertThat(parameter.at("/in").asString()).isEqualTo("query");
			assertThat(parameter.at("/schema/type").asString()).isEqualTo("string");
		});
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Orders.class)
	static class Described {

	}

	@RestController
	static class Orders {

		@GetMapping("/orders")
		Changes<Order> after(@RequestParam Position cursor, @RequestParam Optional<Position> before) {
			return new Changes<>(List.of(Entry.of(0, 0, new Order("1", BigDecimal.ONE))), cursor, true, false);
		}

	}

}
