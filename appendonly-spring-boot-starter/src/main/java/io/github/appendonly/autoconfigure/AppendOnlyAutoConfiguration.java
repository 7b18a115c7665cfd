package io.github.appendonly.autoconfigure;

import java.time.Duration;
import java.util.Optional;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Family;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import io.github.appendonly.jpa.follow.FollowSettings;
import io.github.appendonly.jpa.item.ItemCodec;
import io.github.appendonly.jpa.item.JacksonItemCodec;
import io.github.appendonly.subscriber.ParkedEntries;
import io.github.appendonly.jpa.retention.RetentionRunner;
import io.github.appendonly.jpa.sequencer.SequencerListener;
import io.github.appendonly.jpa.transaction.ConnectionSource;
import jakarta.persistence.EntityManagerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.thread.Threading;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.CompositeTaskDecorator;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@link AutoConfiguration Auto-configuration} for {@link AppendOnlyStructures}, and for
 * a bean for each stack, each family and each accumulator in the properties.
 */
@AutoConfiguration(after = { HibernateJpaAutoConfiguration.class, JacksonAutoConfiguration.class,
		AppendOnlyEntitiesAutoConfiguration.class, AppendOnlySchemaAutoConfiguration.class })
@ConditionalOnClass(EntityManagerFactory.class)
@ConditionalOnBean(EntityManagerFactory.class)
@EnableConfigurationProperties(AppendOnlyProperties.class)
@Import(StackBeanRegistrar.class)
public final class AppendOnlyAutoConfiguration {

	@Bean
	static StructureBeanOrigins appendOnlyStructureBeanOrigins() {
		return new StructureBeanOrigins();
	}

	@Bean
	@ConditionalOnMissingBean
	ItemCodec appendOnlyItemCodec(ObjectProvider<JsonMapper> mapper) {
		return new JacksonItemCodec(mapper.getIfAvailable(JsonMapper::new));
	}

	@Bean(destroyMethod = "shutdown")
	@ConditionalOnMissingBean(AppendOnlyStructures.class)
	SequencerThreads appendOnlySequencerThreads(ObjectProvider<TaskDecorator> decorators) {
		return new SequencerThreads(new CompositeTaskDecorator(decorators.orderedStream().toList()));
	}

	@Bean(destroyMethod = "shutdown")
	@ConditionalOnMissingBean(AppendOnlyStructures.class)
	FollowThreads appendOnlyFollowThreads(AppendOnlyProperties properties, Environment environment) {
		return new FollowThreads(properties.follow().concurrency(), Threading.VIRTUAL.isActive(environment));
	}

	@Bean
	@ConditionalOnMissingBean(AppendOnlyStructures.class)
	JpaAppendOnlyStructures appendOnlyStructures(ConfigurableListableBeanFactory beans, ItemCodec codec,
			SequencerThreads threads, FollowThreads followThreads, AppendOnlyProperties properties,
			ObjectProvider<SequencerListener> listeners, Environment environment) {
		PersistenceUnitChoice choice = new PersistenceUnitChoice(beans, () -> properties);
		EntityManagerFactory entityManagerFactory = choice.entityManagerFactory();
		PlatformTransactionManager transactionManager = choice.transactionManager(entityManagerFactory);
		JpaAppendOnlyStructures.Options options = new JpaAppendOnlyStructures.Options(properties.retry().policy(),
				properties.groupCommit().enabled(), properties.portableSql(),
				properties.asyncPush().limits(properties.read()), listeners.orderedStream().toList(),
				OutsideConnections.forPushes(entityManagerFactory),
				Optional.of(followSettings(properties.follow(), followThreads, entityManagerFactory, beans)));
		JpaAppendOnlyStructures structures = new JpaAppendOnlyStructures(entityManagerFactory, transactionManager,
				codec, threads.executor(), options);
		structures.eraseParked(new ParkedEntries(structures));
		StackBeanRegistrar.declare(structures, environment);
		return structures;
	}

	private static FollowSettings followSettings(AppendOnlyProperties.Follow follow, FollowThreads threads,
			EntityManagerFactory entityManagerFactory, ListableBeanFactory beans) {
		Optional<ConnectionSource> notifying = follow.notifies()
				? OutsideConnections.forNotifications(entityManagerFactory, beans) : Optional.empty();
		return new FollowSettings(threads, threads.watching(), threads.sending(), follow.minPollInterval(),
				follow.maxPollInterval(), notifying);
	}

	/**
	 * Only where the structures are. A child context that closes leaves those of its
	 * parent alone.
	 */
	@Bean
	@ConditionalOnBean(value = JpaAppendOnlyStructures.class, search = SearchStrategy.CURRENT)
	AppendOnlyLifecycle appendOnlyLifecycle(JpaAppendOnlyStructures structures, ObjectProvider<AppendStack<?>> stacks,
			ObjectProvider<Family<?>> families, SequencerThreads threads, AppendOnlyProperties properties,
			ObjectProvider<LifecycleProperties> lifecycleProperties) {
		Duration checkInterval = properties.groupCommit().enabled() ? properties.inbox().checkInterval()
				: Duration.ZERO;
		return new AppendOnlyLifecycle(structures.operations(), stacks, families, threads,
				timeOfPhase(lifecycleProperties), checkInterval);
	}

	/**
	 * Only where the structures are, as above.
	 */
	@Bean
	@ConditionalOnBean(value = JpaAppendOnlyStructures.class, search = SearchStrategy.CURRENT)
	FollowLifecycle appendOnlyFollowLifecycle(JpaAppendOnlyStructures structures, FollowThreads threads,
			ObjectProvider<LifecycleProperties> lifecycleProperties) {
		return new FollowLifecycle(structures.following(), threads, timeOfPhase(lifecycleProperties));
	}

	@Bean
	@ConditionalOnBean(value = JpaAppendOnlyStructures.class, search = SearchStrategy.CURRENT)
	RetentionRunner appendOnlyRetention(JpaAppendOnlyStructures structures, AppendOnlyProperties properties) {
		return structures.retention(properties.retention().portion());
	}

	/**
	 * Only where the structures are, as above. Nobody knows the tenants, and without
	 * group commit the data source may depend on the calling thread.
	 */
	@Bean
	@ConditionalOnBean(value = JpaAppendOnlyStructures.class, search = SearchStrategy.CURRENT)
	RetentionLifecycle appendOnlyRetentionLifecycle(JpaAppendOnlyStructures structures, RetentionRunner retention,
			SequencerThreads threads, AppendOnlyProperties properties,
			ObjectProvider<LifecycleProperties> lifecycleProperties) {
		boolean runs = properties.retention().enabled() && properties.groupCommit().enabled()
				&& !structures.operations().hasTenants();
		return new RetentionLifecycle(retention, threads, runs ? properties.retention().interval() : Duration.ZERO,
				timeOfPhase(lifecycleProperties));
	}

	private static Duration timeOfPhase(ObjectProvider<LifecycleProperties> lifecycleProperties) {
		return lifecycleProperties.getIfAvailable(LifecycleProperties::new).getTimeoutPerShutdownPhase();
	}

}
