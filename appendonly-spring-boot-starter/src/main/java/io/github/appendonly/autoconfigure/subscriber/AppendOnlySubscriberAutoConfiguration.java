package io.github.appendonly.autoconfigure.subscriber;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;

import io.github.appendonly.AppendStack;
import io.github.appendonly.autoconfigure.AppendOnlyAutoConfiguration;
import io.github.appendonly.autoconfigure.AppendOnlyProperties;
import io.github.appendonly.autoconfigure.PersistenceUnitChoice;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import io.github.appendonly.subscriber.JpaSubscribers;
import io.github.appendonly.subscriber.SubscriberListener;
import io.github.appendonly.subscriber.Subscribers;
import jakarta.persistence.EntityManagerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * {@link AutoConfiguration Auto-configuration} for durable {@link Subscribers}, and for
 * methods with {@link io.github.appendonly.subscriber.AppendStackListener}.
 */
@AutoConfiguration(after = AppendOnlyAutoConfiguration.class)
@ConditionalOnBean(JpaAppendOnlyStructures.class)
@EnableConfigurationProperties(AppendOnlySubscriberProperties.class)
public final class AppendOnlySubscriberAutoConfiguration {

	private static final String THREAD_NAME = "appendonly-subscriber-";

	@Bean
	static LazyInitializationExcludeFilter appendOnlyListenerLazyInitializationExcludeFilter() {
		return new ListenerLazyInitializationExcludeFilter();
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ListenerBeanPostProcessor appendOnlyListenerBeanPostProcessor() {
		return new ListenerBeanPostProcessor();
	}

	@Bean
	@ConditionalOnMissingBean(Subscribers.class)
	JpaSubscribers appendOnlySubscribers(ConfigurableListableBeanFactory beans, JpaAppendOnlyStructures structures,
			AppendOnlyProperties shared, AppendOnlySubscriberProperties properties, Environment environment,
			ObjectProvider<SubscriberListener> listeners) {
		PersistenceUnitChoice choice = new PersistenceUnitChoice(beans, () -> shared);
		EntityManagerFactory entityManagerFactory = choice.entityManagerFactory();
		JpaSubscribers.Settings settings = new JpaSubscribers.Settings(shared.follow().concurrency(),
				properties.lease(), properties.heartBeat(), properties.checkInterval());
		return new JpaSubscribers(entityManagerFactory, choice.transactionManager(entityManagerFactory), structures,
				watch(structures), settings, shared.retry().policy(), threads(environment),
				listeners.orderedStream().toList());
	}

	private static JpaSubscribers.Watch watch(JpaAppendOnlyStructures structures) {
		return (stack, wake) -> structures.following()
			.orElseThrow(() -> new IllegalStateException("Stack '" + stack
					+ "' cannot be followed: appendonly.group-commit.enabled is false, which says that the data source"
					+ " depends on the calling thread, and a subscriber has threads of its own"))
			.watcher()
			.watch(stack, wake)::close;
	}

	private static ThreadFactory threads(Environment environment) {
		if (Threading.VIRTUAL.isActive(environment)) {
			return new VirtualThreadTaskExecutor(THREAD_NAME).getVirtualThreadFactory();
		}
		CustomizableThreadFactory threads = new CustomizableThreadFactory(THREAD_NAME);
		threads.setDaemon(true);
		return threads;
	}

	@Bean
	ListenerRegistry appendOnlyListenerRegistry(ConfigurableListableBeanFactory beans, Subscribers subscribers,
			Environment environment, ObjectProvider<AppendStack<?>> stacks, AppendOnlySubscriberProperties properties,
			ObjectProvider<LifecycleProperties> lifecycleProperties) {
		return new ListenerRegistry(beans, subscribers, new KnownStacks(environment, stacks), properties,
				timeOfPhase(lifecycleProperties));
	}

	/**
	 * Only where the subscribers are. A child context leaves those of its parent alone.
	 */
	@Bean
	@ConditionalOnBean(value = JpaSubscribers.class, search = SearchStrategy.CURRENT)
	SubscriberLifecycle appendOnlySubscriberLifecycle(JpaSubscribers subscribers,
			ObjectProvider<LifecycleProperties> lifecycleProperties) {
		return new SubscriberLifecycle(subscribers, timeOfPhase(lifecycleProperties));
	}

	private static Duration timeOfPhase(ObjectProvider<LifecycleProperties> lifecycleProperties) {
		return lifecycleProperties.getIfAvailable(LifecycleProperties::new).getTimeoutPerShutdownPhase();
	}

}
