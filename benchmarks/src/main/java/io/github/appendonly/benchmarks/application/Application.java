package io.github.appendonly.benchmarks.application;

import java.util.List;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.github.appendonly.AppendStack;
import io.github.appendonly.History;
import io.github.appendonly.benchmarks.database.Access;
import io.github.appendonly.jpa.AppendOnlyStructures;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A running application on a database.
 */
public final class Application implements AutoCloseable {

	/** A stack with the default bounds. */
	public static final String ORDERS = "orders";

	/** A stack that keeps more than a thousand items. */
	public static final String LONG_FEED = "feed";

	/** Prefix of the stacks for several nodes; the number of nodes follows. */
	public static final String NODES = "nodes";

	private static final List<String> PROPERTIES = List.of("spring.main.banner-mode=off",
			"spring.jpa.open-in-view=false", "spring.jpa.properties.hibernate.jdbc.batch_size=50",
			"spring.jpa.properties.hibernate.order_inserts=true", "appendonly.table-prefix=bench_",
			"appendonly.stacks.feed.max-layers=20", "appendonly.read.max-wait=1m");

	private final Access access;

	private final ConfigurableApplicationContext context;

	private Application(Access access, List<String> properties) {
		this.access = access;
		this.context = new SpringApplicationBuilder(BenchmarkApplication.class).web(WebApplicationType.NONE)
			.properties(properties.toArray(String[]::new))
			.run();
	}

	/**
	 * Starts an application that creates its tables.
	 * @param access the database
	 * @param pool the number of connections
	 * @return the application
	 */
	public static Application start(Access access, int pool) {
		return start(access, pool, "spring.jpa.hibernate.ddl-auto=update", "appendonly.jdbc.initialize-schema=always");
	}

	/**
	 * Starts an application on existing tables.
	 * @param access the database
	 * @param pool the number of connections
	 * @param settings further properties
	 * @return the application
	 */
	public static Application join(Access access, int pool, String... settings) {
		return start(access, pool,
				Stream
					.concat(Stream.of(settings),
							Stream.of("spring.jpa.hibernate.ddl-auto=none", "appendonly.jdbc.initialize-schema=never"))
					.toArray(String[]::new));
	}

	private static Application start(Access access, int pool, String... more) {
		Stream<String> database = Stream.of("spring.datasource.url=" + access.url(),
				"spring.datasource.username=" + access.username(), "spring.datasource.password=" + access.password(),
				"spring.datasource.hikari.maximum-pool-size=" + pool);
		Stream<String> stacks = Stream.of(ORDERS, LONG_FEED, NODES + 1, NODES + 2, NODES + 4)
			.flatMap((name) -> Stream.of("appendonly.stacks." + name + ".type=" + Order.class.getName(),
					"appendonly.stacks." + name + ".archive=true"));
		Stream<String> common = Stream.concat(PROPERTIES.stream(), Stream.of(more));
		return new Application(access, Stream.concat(Stream.concat(database, stacks), common).toList());
	}

	/**
	 * The database of the application.
	 * @return the access
	 */
	public Access access() {
		return this.access;
	}

	/**
	 * A bean.
	 * @param <B> the type of the bean
	 * @param type the type of the bean
	 * @return the bean
	 */
	public <B> B bean(Class<B> type) {
		return this.context.getBean(type);
	}

	/**
	 * The beans of a stack.
	 * @param name one of the constants of this class
	 * @return the beans
	 */
	@SuppressWarnings("unchecked") // as the properties say
	public Feed feed(String name) {
		return new Feed(name, (AppendStack<Order>) this.context.getBean(name),
				(History<Order>) this.context.getBean(name + "History"));
	}

	/**
	 * The client for SQL.
	 * @return the client
	 */
	public JdbcClient jdbc() {
		return bean(JdbcClient.class);
	}

	/**
	 * A template for transactions.
	 * @return the template
	 */
	public TransactionTemplate transaction() {
		return new TransactionTemplate(bean(PlatformTransactionManager.class));
	}

	/**
	 * The kind of database.
	 * @return the dialect
	 */
	public Dialect dialect() {
		return bean(Dialect.class);
	}

	/**
	 * The connection pool.
	 * @return the pool
	 */
	public DataSource dataSource() {
		return bean(DataSource.class);
	}

	/**
	 * Empties all tables, so that the next scenario starts as on a new database.
	 */
	public void empty() {
		Stream.of(ORDERS, LONG_FEED, NODES + 1, NODES + 2, NODES + 4).forEach(bean(AppendOnlyStructures.class)::drop);
		tables().forEach((table) -> jdbc().sql("truncate table " + table).update());
	}

	/**
	 * Updates the statistics of the tables, as the database does by itself after a while.
	 */
	public void analyze() {
		if (dialect() == Dialect.POSTGRESQL) {
			tables().forEach((table) -> jdbc().sql("vacuum analyze " + table).update());
		}
		else {
			jdbc().sql("analyze").update();
		}
	}

	/**
	 * Makes the database write what it has deferred. Otherwise the next measurement would
	 * pay for the preparation before it.
	 */
	public void settle() {
		analyze();
		jdbc().sql("checkpoint").update();
	}

	private List<String> tables() {
		return jdbc().sql("select table_name from information_schema.tables where lower(table_name) like 'bench\\_%'")
			.query(String.class)
			.list();
	}

	@Override
	public void close() {
		this.context.close();
	}

}
