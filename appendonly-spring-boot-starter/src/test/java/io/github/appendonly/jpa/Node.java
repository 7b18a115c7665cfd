package io.github.appendonly.jpa;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A Spring Boot application with the starter. A database may have several of them.
 */
public final class Node implements AutoCloseable {

	private static final AtomicInteger names = new AtomicInteger();

	private final TestDatabase.Url database;

	private final ConfigurableApplicationContext context;

	Node(TestDatabase.Url database, List<String> properties) {
		this.database = database;
		List<String> all = new ArrayList<>(List.of(database.properties()));
		all.addAll(List.of("spring.jpa.hibernate.ddl-auto=update", "appendonly.jdbc.initialize-schema=always",
				"spring.flyway.enabled=false"));
		all.addAll(properties);
		this.context = new SpringApplicationBuilder(TestApplication.class).web(WebApplicationType.NONE)
			.properties(all.toArray(String[]::new))
			.run();
	}

	/**
	 * A name that no structure has yet.
	 */
	public static String newName() {
		return "structure-" + names.incrementAndGet();
	}

	/**
	 * Another application on the same database.
	 */
	public Node another(String... properties) {
		return this.database.start(properties);
	}

	public AppendOnlyStructures structures() {
		return this.context.getBean(AppendOnlyStructures.class);
	}

	@SuppressWarnings({ "TypeParameterUnusedInFormals", "unchecked" }) // as injection
																		// does
	public <B> B bean(String name) {
		return (B) this.context.getBean(name);
	}

	public <B> B bean(Class<B> type) {
		return this.context.getBean(type);
	}

	public void publish(Object event) {
		this.context.publishEvent(event);
	}

	public TransactionTemplate transaction() {
		return new TransactionTemplate(this.context.getBean(PlatformTransactionManager.class));
	}

	public <R> R inTransaction(Supplier<R> work) {
		R result = transaction().execute((status) -> work.get());
		if (result == null) {
			throw new IllegalStateException("No result");
		}
		return result;
	}

	public void inTransaction(Runnable work) {
		transaction().executeWithoutResult((status) -> work.run());
	}

	public EntityManager entityManager() {
		return SharedEntityManagerCreator.createSharedEntityManager(this.context.getBean(EntityManagerFactory.class));
	}

	public JdbcClient jdbc() {
		return this.context.getBean(JdbcClient.class);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
