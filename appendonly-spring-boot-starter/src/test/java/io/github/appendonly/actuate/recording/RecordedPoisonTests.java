package io.github.appendonly.actuate.recording;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Instant;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.appendonly.AppendStack;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.web.exchanges.HttpExchange;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Audit events and HTTP exchanges with contents that a reader could not read, or that are
 * larger than anybody wants to keep.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class RecordedPoisonTests extends DatabaseTests {

	private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

	private StackAuditEventRepository events;

	private StackHttpExchangeRepository exchanges;

	@BeforeEach
	void start() {
		this.events = new StackAuditEventRepository(records(this.name), 100);
		this.events.writer().start();
		this.exchanges = new StackHttpExchangeRepository(records(this.name + "-exchanges"), 100);
		this.exchanges.writer().start();
	}

	@AfterEach
	void stop() {
		this.events.writer().stop();
		this.exchanges.writer().stop();
	}

	private AppendStack<JsonNode> records(String name) {
		return node().structures().stack(name, JsonNode.class);
	}

	private Map<String, Object> found(String principal, Map<String, Object> data) {
		this.events.add(new AuditEvent(NOON, principal, "in", data));
		List<AuditEvent> found = this.events.find(principal, null, null);
		assertThat(found).hasSize(1);
		assertThat(this.events.writer().dropped()).isZero();
		return found.get(0).getData();
	}

	@Test
	void valueThatNoReaderTakesIsKeptAsText() {
		Object deep = List.of();
		for (int i = 0; i < 600; i++) {
			deep = List.of(deep);
		}
		Map<String, Object> data = new LinkedHashMap<>();
		data.put("number", new BigInteger("9".repeat(1001)));
		data.put("nested", List.of(new BigDecimal("0." + "1".repeat(1001))));
		data.put("named", Map.of("a".repeat(60_000), 1));
		data.put("last", 7);
		Map<String, Object> found = found("ann", data);
		assertThat(found).containsEntry("number", "9".repeat(1001)).containsEntry("last", 7);
		assertThat(found.get("nested")).asString().startsWith("[0.111");
		assertThat(found.get("named")).asString().startsWith("{\"aaa");
		assertThat(found("bob", Map.of("deep", deep)).get("deep")).asString().startsWith("[[[");
	}

	@Test
	void keysCountAndAreCut() {
		Map<String, Object> data = new LinkedHashMap<>();
		data.put("k".repeat(4_000_000), 1);
		data.put("k".repeat(4_000_001), 2);
		data.put("last", 3);
		assertThat(found("ann", data)).isEqualTo(Map.of("k".repeat(1000), 1, "k".repeat(1000) + "#1", 2, "last", 3));
		Map<String, Object> many = new LinkedHashMap<>();
		for (int i = 0; i < 100_000; i++) {
			many.put("key" + (100_000 + i), 0);
		}
		Map<String, Object> found = found("bob", many);
		assertThat(found).hasSize(6554).containsEntry("key100000", 0).containsEntry("...", "93447 more");
	}

	@Test
	void longPrincipalAndTypeAreCutAndFound() {
		String principal = "p".repeat(2_000_000);
		this.events.add(new AuditEvent(NOON, principal, "t".repeat(2_000_000), Map.of()));
		this.events.add(new AuditEvent(NOON, "ann", "in", Map.of()));
		List<AuditEvent> found = this.events.find(principal, null, "t".repeat(2_000_000));
		assertThat(found).extracting(AuditEvent::getPrincipal).containsExactly("p".repeat(1000));
	}

	@Test
	void oneEventThatCannotBeReadDoesNotHideTheOthers() {
		for (String type : List.of("a", "b", "c")) {
			this.events.add(new AuditEvent(NOON, "ann", type, Map.of("n", type)));
		}
		assertThat(this.events.find(null, null, null)).hasSize(3);
		node().jdbc()
			.sql("update appendonly_slice set items = replace(items, '\"n\":\"b\"', '\"n\":" + "9".repeat(1001)
					+ "') where stack = ?")
			.param(this.name)
			.update();
		assertThat(this.events.find(null, null, null)).extracting(AuditEvent::getType).containsExactly("a", "c");
	}

	private static HttpExchange exchange(Map<String, List<String>> requestHeaders,
			Map<String, List<String>> responseHeaders) {
		return new HttpExchange(NOON, new HttpExchange.Request(URI.create("/"), "10.0.0.1", "GET", requestHeaders),
				new HttpExchange.Response(200, responseHeaders), null, null, null);
	}

	@Test
	void headersMayHaveNoNameOrNoValuesOrBeLong() {
		Map<String, List<String>> headers = new HashMap<>();
		headers.put(nothing(), List.of("HTTP/1.1 200"));
		headers.put("none", nothing());
		headers.put("one", Arrays.asList("a", nothing()));
		this.exchanges.add(exchange(headers, headers));
		this.exchanges.add(exchange(Map.of("long", List.of("x".repeat(1_000_000))), Map.of()));
		List<HttpExchange> found = this.exchanges.findAll();
		assertThat(this.exchanges.writer().dropped()).isZero();
		assertThat(found).hasSize(2);
		assertThat(found.get(1).getRequest().getHeaders()).isEqualTo(found.get(1).getResponse().getHeaders())
			.isEqualTo(Map.of("null", List.of("HTTP/1.1 200"), "none", List.of(), "one", List.of("a", "null")));
		assertThat(found.get(0).getRequest().getHeaders().get("long")).singleElement()
			.asString()
			.hasSizeBetween(60_000, 65_536);
	}

	@Test
	void exchangeThatCannotBeCopiedIsDropped() {
		List<String> failing = new AbstractList<>() {

			@Override
			public String get(int index) {
				throw new IllegalStateException("recycled");
			}

			@Override
			public int size() {
				return 1;
			}

		};
		this.exchanges.add(exchange(Map.of("a", failing), Map.of()));
		this.exchanges.add(exchange(Map.of(), Map.of()));
		assertThat(this.exchanges.findAll()).hasSize(1);
		assertThat(this.exchanges.writer().dropped()).isEqualTo(1);
	}

	@SuppressWarnings({ "NullAway", "TypeParameterUnusedInFormals" }) // on purpose
	private static <T> T nothing() {
		return null;
	}

}
