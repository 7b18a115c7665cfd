package io.github.appendonly.benchmarks.sse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

import io.github.appendonly.History;
import io.github.appendonly.StartAt;
import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.web.EntryEvents;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The application of a JVM of its own: whoever asks gets what is pushed from then on. The
 * access to the database comes from environment variables.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(excludeName = { "org.springframework.modulith.events.config.EventPublicationAutoConfiguration",
		"org.springframework.modulith.events.config.EventExternalizationAutoConfiguration",
		"org.springframework.modulith.events.jpa.JpaEventPublicationAutoConfiguration",
		"org.springframework.modulith.events.jpa.archiving.ArchivingAutoConfiguration" })
public class EventServer {

	static final String URL = "BENCH_URL";

	static final String USERNAME = "BENCH_USERNAME";

	static final String PASSWORD = "BENCH_PASSWORD";

	/** Prefix of answers, since other lines may be printed too. */
	static final String ANSWER = "server> ";

	static final String PATH = "/events";

	private static final String BUFFER = "2048";

	/**
	 * For Spring.
	 */
	public EventServer() {
	}

	/**
	 * Prints the port, and then the heap in use for each line that it reads, until its
	 * standard input ends.
	 * @param arguments none
	 * @throws IOException if its input cannot be read
	 */
	public static void main(String[] arguments) throws IOException {
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		try (ConfigurableApplicationContext context = start()) {
			int port = Objects
				.requireNonNull(((ServletWebServerApplicationContext) context).getWebServer(), "no web server")
				.getPort();
			System.out.println(ANSWER + port);
			while (commands.readLine() != null) {
				System.gc();
				System.out.println(ANSWER + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
			}
		}
	}

	private static ConfigurableApplicationContext start() {
		return new SpringApplicationBuilder(EventServer.class)
			.properties("spring.main.banner-mode=off", "server.port=0", "spring.datasource.url=" + System.getenv(URL),
					"spring.datasource.username=" + System.getenv(USERNAME),
					"spring.datasource.password=" + System.getenv(PASSWORD), "spring.jpa.open-in-view=false",
					"appendonly.table-prefix=bench_", "appendonly.jdbc.initialize-schema=never",
					"appendonly.stacks." + Application.ORDERS + ".type=" + Order.class.getName(),
					"appendonly.stacks." + Application.ORDERS + ".archive=true")
			.run();
	}

	/**
	 * With its defaults, Tomcat holds about 110 KB for each connection.
	 */
	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> smallBuffers() {
		return (factory) -> factory.addConnectorCustomizers((connector) -> {
			connector.setProperty("socket.appReadBufSize", BUFFER);
			connector.setProperty("socket.appWriteBufSize", BUFFER);
			connector.setProperty("maxHttpRequestHeaderSize", BUFFER);
			connector.setProperty("maxHttpResponseHeaderSize", BUFFER);
		});
	}

	/**
	 * Answers with events. As a member of the configuration, it is a bean.
	 */
	@RestController
	static class EventController {

		private final EntryEvents<Order> events;

		EventController(History<Order> ordersHistory) {
			this.events = EntryEvents.of(ordersHistory).startAt(StartAt.newest());
		}

		@GetMapping(PATH)
		EntryEvents<Order> events() {
			return this.events;
		}

	}

}
