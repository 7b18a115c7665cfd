package io.github.appendonly.benchmarks.jmh;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.appendonly.autoconfigure.AppendOnlyAutoConfiguration;
import io.github.appendonly.autoconfigure.AppendOnlyEntitiesAutoConfiguration;
import io.github.appendonly.autoconfigure.AppendOnlySchemaAutoConfiguration;
import io.github.appendonly.benchmarks.application.Order;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;

/**
 * Starting an application with and without the structures. The application has JPA and
 * nothing else, or its own entity and repository as well. The first start of each JVM is
 * a cold one. {@code -wi 20 -i 20 -f 1} measures warm ones.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(10)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class StartUpBenchmark {

	private static final String EMPTY = "empty";

	private static final String ENTITY = "entity";

	private static final String NOTHING = "nothing";

	private static final String STARTER = "starter";

	private static final String STACK = "stack";

	/** The part of the starter that the application uses. */
	@Param({ NOTHING, STARTER, STACK })
	@SuppressWarnings("NullAway.Init") // JMH sets it
	public String addition;

	/** The application's own classes. */
	@Param({ EMPTY, ENTITY })
	@SuppressWarnings("NullAway.Init") // JMH sets it
	public String application;

	@SuppressWarnings("NullAway.Init") // stopped only after a start
	private ConfigurableApplicationContext context;

	/**
	 * Starts the application.
	 * @return its context
	 */
	@Benchmark
	public ConfigurableApplicationContext start() {
		this.context = new SpringApplicationBuilder(source()).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "spring.datasource.generate-unique-name=true",
					"logging.level.root=warn")
			.properties(properties())
			.run();
		return this.context;
	}

	private Class<?> source() {
		return switch (this.application) {
			case EMPTY -> EmptyApplication.class;
			case ENTITY -> EntityApplication.class;
			default -> throw new IllegalArgumentException(this.application);
		};
	}

	private String[] properties() {
		return switch (this.addition) {
			case NOTHING -> new String[] { "spring.autoconfigure.exclude=" + AppendOnlyAutoConfiguration.class.getName()
					+ "," + AppendOnlyEntitiesAutoConfiguration.class.getName() + ","
					+ AppendOnlySchemaAutoConfiguration.class.getName() };
			case STARTER -> new String[0];
			case STACK -> new String[] { "appendonly.stacks.orders.type=" + Order.class.getName(),
					"appendonly.stacks.orders.archive=true" };
			default -> throw new IllegalArgumentException(this.addition);
		};
	}

	/**
	 * Stops the application. This is not measured.
	 */
	@TearDown(Level.Invocation)
	public void stop() {
		this.context.close();
	}

	/**
	 * An application without entities and repositories.
	 */
	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class EmptyApplication {

	}

	/**
	 * An application with an entity and a repository. So it loads everything that
	 * Hibernate and Spring Data need for the first of them in any case.
	 */
	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EntityScan
	@EnableJpaRepositories(considerNestedRepositories = true)
	static class EntityApplication {

	}

	/**
	 * The entity.
	 */
	@Entity(name = "Customer")
	@SuppressWarnings("unused") // by the repository
	static class Customer {

		@Id
		@GeneratedValue
		private @Nullable Long id;

		private String name = "";

	}

	/**
	 * The repository.
	 */
	interface CustomerRepository extends JpaRepository<Customer, Long> {

		/**
		 * Finds customers.
		 * @param name their name
		 * @return the customers
		 */
		List<Customer> findByName(String name);

	}

}
