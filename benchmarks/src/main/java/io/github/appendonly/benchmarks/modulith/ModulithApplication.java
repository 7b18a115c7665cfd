package io.github.appendonly.benchmarks.modulith;

import java.util.List;

import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.database.Access;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A running application whose listener is called with each event that was published, once
 * the transaction of the event is committed.
 */
public final class ModulithApplication implements AutoCloseable {

	private static final int AT_ONCE = 1_000;

	private final ConfigurableApplicationContext context;

	private ModulithApplication(String... properties) {
		this.context = new SpringApplicationBuilder(ModulithConfiguration.class).web(WebApplicationType.NONE)
			.properties(properties)
			.run();
	}

	/**
	 * Starts an application that creates the table of its registry.
	 * @param access the database
	 * @param pool the number of connections
	 * @return the application
	 */
	public static ModulithApplication start(Access access, int pool) {
		return new ModulithApplication("spring.datasource.url=" + access.url(),
				"spring.datasource.username=" + access.username(), "spring.datasource.password=" + access.password(),
				"spring.datasource.hikari.maximum-pool-size=" + pool, "spring.main.banner-mode=off",
				"spring.jpa.open-in-view=false", "spring.jpa.hibernate.ddl-auto=update",
				"spring.jpa.hibernate.naming.physical-strategy=" + PrefixedNames.class.getName(),
				"appendonly.table-prefix=bench_", "appendonly.jdbc.initialize-schema=never",
				"appendonly.inbox.check-interval=0");
	}

	/**
	 * Publishes events, in transactions of many. The listener is not called before
	 * {@link #deliver()}.
	 * @param orders the events
	 */
	public void publish(List<Order> orders) {
		gate().close(orders.size());
		TransactionTemplate transaction = new TransactionTemplate(
				this.context.getBean(PlatformTransactionManager.class));
		for (int from = 0; from < orders.size(); from += AT_ONCE) {
			List<Order> some = orders.subList(from, Math.min(from + AT_ONCE, orders.size()));
			transaction.executeWithoutResult((status) -> some.forEach(this.context::publishEvent));
		}
	}

	/**
	 * Delivers the published events, and returns when all of them are complete.
	 */
	public void deliver() {
		gate().open();
	}

	private Gate gate() {
		return this.context.getBean(Gate.class);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
