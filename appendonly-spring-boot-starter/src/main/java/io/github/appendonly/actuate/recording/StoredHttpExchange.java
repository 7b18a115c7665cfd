package io.github.appendonly.actuate.recording;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.web.exchanges.HttpExchange;

/**
 * An HTTP exchange as it is stored. Spring Boot does not promise that a mapper can read
 * its own class back.
 */
record StoredHttpExchange(Instant timestamp, Request request, Response response, @Nullable String principal,
		@Nullable String session, @Nullable Duration timeTaken) {

	record Request(URI uri, @Nullable String remoteAddress, String method, Map<String, List<String>> headers) {
	}

	record Response(int status, Map<String, List<String>> headers) {
	}

	private static final int MAX_HEADERS = 65_536;

	private static final int MAX_NAME = 1000;

	static StoredHttpExchange of(HttpExchange exchange) {
		HttpExchange.Request request = exchange.getRequest();
		HttpExchange.Response response = exchange.getResponse();
		HttpExchange.Principal principal = exchange.getPrincipal();
		HttpExchange.Session session = exchange.getSession();
		return new StoredHttpExchange(exchange.getTimestamp(),
				new Request(request.getUri(), request.getRemoteAddress(), request.getMethod(),
						limited(request.getHeaders())),
				new Response(response.getStatus(), limited(response.getHeaders())),
				(principal != null) ? principal.getName() : null, (session != null) ? session.getId() : null,
				exchange.getTimeTaken());
	}

	/**
	 * Copies headers. Names and values may be null, though Boot does not declare it.
	 */
	private static Map<String, List<String>> limited(Map<String, List<String>> headers) {
		Map<String, List<String>> limited = new LinkedHashMap<>();
		int room = MAX_HEADERS;
		for (Map.Entry<String, List<String>> header : headers.entrySet()) {
			if (room > 0) {
				String name = PlainJson.cut(String.valueOf(header.getKey()), MAX_NAME);
				room -= name.length();
				List<String> values = new ArrayList<>();
				for (String value : Objects.requireNonNullElse(header.getValue(), List.<String>of())) {
					String kept = PlainJson.cut(String.valueOf(value), room);
					room -= kept.length() + 1;
					values.add(kept);
				}
				limited.put(name, values);
			}
		}
		return limited;
	}

	@SuppressWarnings("NullAway") // the address may be null, though Boot does not declare
									// it
	HttpExchange exchange() {
		return new HttpExchange(this.timestamp,
				new HttpExchange.Request(this.request.uri, this.request.remoteAddress, this.request.method,
						this.request.headers),
				new HttpExchange.Response(this.response.status, this.response.headers),
				(this.principal != null) ? new HttpExchange.Principal(this.principal) : null,
				(this.session != null) ? new HttpExchange.Session(this.session) : null, this.timeTaken);
	}

}
