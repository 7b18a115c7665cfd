package io.github.appendonly.benchmarks.application;

import javax.sql.DataSource;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.integration.jdbc.store.JdbcChannelMessageStore;
import org.springframework.integration.jdbc.store.channel.H2ChannelMessageStoreQueryProvider;
import org.springframework.integration.jdbc.store.channel.PostgresChannelMessageStoreQueryProvider;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.json.JsonMapper;

/**
 * An ordinary application, with everything that the contenders need.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(excludeName = { "org.springframework.modulith.events.config.EventPublicationAutoConfiguration",
		"org.springframework.modulith.events.config.EventExternalizationAutoConfiguration",
		"org.springframework.modulith.events.jpa.JpaEventPublicationAutoConfiguration",
		"org.springframework.modulith.events.jpa.archiving.ArchivingAutoConfiguration" })
class BenchmarkApplication {

	@Bean
	NaiveStack naiveStack(NaiveHeadRepository heads, NaiveItemRepository items,
			PlatformTransactionManager transactionManager) {
		return new NaiveStack(heads, items, transactionManager);
	}

	@Bean
	JdbcChannelMessageStore channelMessageStore(DataSource dataSource, JdbcClient jdbc, Dialect dialect) {
		MessageTables.createMissing(jdbc, dialect);
		JdbcChannelMessageStore store = new JdbcChannelMessageStore(dataSource);
		store.setTablePrefix(MessageTables.PREFIX);
		store.setChannelMessageStoreQueryProvider((dialect == Dialect.H2) ? new H2ChannelMessageStoreQueryProvider()
				: new PostgresChannelMessageStoreQueryProvider());
		return store;
	}

	@Bean
	JdbcItems jdbcItems(JdbcClient jdbc, JdbcOperations batches, Dialect dialect) {
		return new JdbcItems(jdbc, batches, dialect);
	}

	@Bean
	JsonItems jsonItems(JdbcClient jdbc, JsonMapper mapper) {
		return new JsonItems(jdbc, mapper);
	}

	@Bean
	AccountRows accountRows(JdbcClient jdbc) {
		return new AccountRows(jdbc);
	}

	@Bean
	PlacementDelays placementDelays() {
		return new PlacementDelays();
	}

	@Bean
	Dialect dialect(DataSource dataSource) {
		return Dialect.of(dataSource);
	}

}
