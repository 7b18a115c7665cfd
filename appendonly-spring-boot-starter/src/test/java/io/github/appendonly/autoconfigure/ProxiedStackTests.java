package io.github.appendonly.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Layer;
import io.github.appendonly.Numbered;
import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A stack's pruner gets its layers, also where the bean of the stack is a proxy.
 */
class ProxiedStackTests {

	private static final List<Layer<String>> pruned = new CopyOnWriteArrayList<>();

	@ParameterizedTest
	@EnumSource(TestDatabase.class)
	void inboxThatAnotherInstanceLeftIsPlacedWithThePruner(TestDatabase database) {
		TestDatabase.Url url = database.create();
		pruned.clear();
		try (ConfigurableApplicationContext crashed = UserApplication.start(Application.class, url,
				"appendonly.group-commit.enabled=false")) {
			leaveInInbox(crashed);
		}
		assertThat(pruned).isEmpty();
		try (ConfigurableApplicationContext started = UserApplication.start(Application.class, url)) {
			AppendOnlyStructures structures = started.getBean(AppendOnlyStructures.class);
			await().until(() -> structures.status("news").inbox() == 0);
			assertThat(pruned).isEqualTo(Numbered.layers(0, 2, 2));
		}
	}

	private static void leaveInInbox(ConfigurableApplicationContext context) {
		AppendStack<String> news = context.getBeanProvider(new ParameterizedTypeReference<AppendStack<String>>() {
		}).getObject();
		assertThat(AopUtils.isAopProxy(news)).isTrue();
		new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
			.executeWithoutResult((status) -> news.pushAll(Numbered.items(0, 8)));
	}

	@Configuration(proxyBeanMethods = false)
	@Import(EmptyApplication.class)
	static class Application {

		@Bean
		static BeanPostProcessor proxies() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String name) {
					return (bean instanceof AppendStack) ? new ProxyFactory(bean).getProxy() : bean;
				}

			};
		}

		@Bean
		@Lazy
		AppendStack<String> news(AppendOnlyStructures structures) {
			return structures.stack("news", String.class,
					(stack) -> stack.bounds(2, 2).pruner((layer) -> pruned.add(Layer.copyOf(layer))));
		}

	}

}
