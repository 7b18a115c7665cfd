package io.github.appendonly.autoconfigure.subscriber;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.StartAt;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import io.github.appendonly.subscriber.AppendStackListener;
import io.github.appendonly.subscriber.RecordedSubscribers;
import io.github.appendonly.subscriber.SubscriberDefinition;
import io.github.appendonly.subscriber.SubscriberDefinition.OnExpired;
import io.github.appendonly.subscriber.SubscriberDefinition.OnFailure;
import io.github.appendonly.subscriber.Subscribers;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.scheduling.annotation.Async;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.Mockito.mock;

/**
 * Which methods are found, what they are called with, and which ones are refused when the
 * application starts.
 */
@ExtendWith(OutputCaptureExtension.class)
class ListenerMethodTests {

	private static final Entry<Order> FIRST = new Entry<>(new Position(0, 0), new Order("1"));

	private static final Entry<Order> SECOND = new Entry<>(new Position(0, 1), new Order("2"));

	private static final Changes<Order> STEP = new Changes<>(List.of(FIRST, SECOND), SECOND.position(), true, false);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AppendOnlySubscriberAutoConfiguration.class,
				PropertyPlaceholderAutoConfiguration.class))
		.withBean(JpaAppendOnlyStructures.class, () -> mock(JpaAppendOnlyStructures.class))
		.withBean(RecordedSubscribers.class, RecordedSubscribers::new)
		.withPropertyValues("appendonly.stacks.orders.type=" + Order.class.getName());

	private static RecordedSubscribers subscribers(ApplicationContext context) {
		return context.getBean(RecordedSubscribers.class);
	}

	@Test
	void eachSignatureGetsWhatItTakes() {
		this.runner.withBean(Signatures.class).run((context) -> {
			RecordedSubscribers subscribers = subscribers(context);
			assertThat(subscribers.definitions()).containsOnlyKeys("item", "entry", "items", "entries", "changes",
					"wider", "any", "inherited");
			for (String id : subscribers.definitions().keySet()) {
				subscribers.hand(id, STEP);
			}
			Signatures listener = context.getBean(Signatures.class);
			assertThat(listener.calls).containsExactlyInAnyOrder(List.of("item", FIRST.item()),
					List.of("item", SECOND.item()), List.of("entry", FIRST), List.of("entry", SECOND),
					List.of("items", List.of(FIRST.item(), SECOND.item())), List.of("entries", List.of(FIRST, SECOND)),
					List.of("changes", STEP), List.of("wider", FIRST), List.of("wider", SECOND), List.of("any", FIRST),
					List.of("any", SECOND), List.of("inherited", FIRST.item()), List.of("inherited", SECOND.item()));
		});
	}

	@Test
	void settingsAreThoseOfTheAnnotationWithItsPlaceholdersReplaced() {
		this.runner.withBean(AllSettings.class)
			.withPropertyValues("shop.stack=orders", "shop.start=3-7", "shop.pause=20ms")
			.run((context) -> {
				SubscriberDefinition<?> definition = subscribers(context).definition("warehouse-5");
				assertThat(definition.stack()).isEqualTo("orders");
				assertThat(definition.type()).isEqualTo(Order.class);
				assertThat(definition.startAt()).isEqualTo(StartAt.after(new Position(3, 7)));
				assertThat(definition.batchSize()).isEqualTo(7);
				assertThat(definition.isTransactional()).isFalse();
				assertThat(definition.maxAttempts()).isEqualTo(3);
				assertThat(definition.backOff()).isEqualTo(Duration.ofMillis(20));
				assertThat(definition.maxBackOff()).isEqualTo(Duration.ofSeconds(3));
				assertThat(definition.onFailure()).isEqualTo(OnFailure.PARK);
				assertThat(definition.onExpired()).isEqualTo(OnExpired.CONTINUE);
			});
	}

	@Test
	void settingsThatAreNotMadeAreThoseOfADefinition() {
		this.runner.withBean(Plain.class).run((context) -> {
			SubscriberDefinition<?> listener = subscribers(context).definition("warehouse");
			SubscriberDefinition<Order> definition = SubscriberDefinition.of("orders", "warehouse", Order.class)
				.forEachEntry((entry) -> {
				});
			assertThat(listener).usingRecursiveComparison().ignoringFields("handler").isEqualTo(definition);
		});
	}

	@Test
	void propertiesReplaceSettingsOfOneListener() {
		this.runner.withBean(Plain.class)
			.withPropertyValues("appendonly.subscribers.listeners.warehouse.batch-size=9",
					"appendonly.subscribers.listeners.warehouse.max-attempts=2",
					"appendonly.subscribers.listeners.warehouse.start-at=7-42",
					"appendonly.subscribers.listeners.warehouse.back-off=2m",
					"appendonly.subscribers.listeners.warehouse.max-back-off=3m",
					"appendonly.subscribers.listeners.warehouse.lease=9s",
					"appendonly.subscribers.listeners.greeter.batch-size=3")
			.withBean(SubscriberDefinition.class, ListenerMethodTests::greeter)
			.run((context) -> {
				SubscriberDefinition<?> definition = subscribers(context).definition("warehouse");
				assertThat(definition.batchSize()).isEqualTo(9);
				assertThat(definition.maxAttempts()).isEqualTo(2);
				assertThat(definition.startAt()).isEqualTo(StartAt.after(new Position(7, 42)));
				assertThat(definition.backOff()).isEqualTo(Duration.ofMinutes(2));
				assertThat(definition.maxBackOff()).isEqualTo(Duration.ofMinutes(3));
				assertThat(definition.lease()).contains(Duration.ofSeconds(9));
				SubscriberDefinition<?> greeter = subscribers(context).definition("greeter");
				assertThat(greeter).usingRecursiveComparison()
					.ignoringFields("handler", "settings.batchSize")
					.isEqualTo(greeter());
				assertThat(greeter.batchSize()).isEqualTo(3);
			});
	}

	private static SubscriberDefinition<String> greeter() {
		return SubscriberDefinition.of("user-7", "greeter", String.class)
			.maxAttempts(4)
			.lease(Duration.ofMinutes(1))
			.forEachEntry((entry) -> {
			});
	}

	@Test
	void propertiesOfAnUnknownListenerAreTold(CapturedOutput output) {
		this.runner.withBean(Plain.class)
			.withBean(SubscriberDefinition.class, ListenerMethodTests::greeter)
			.withPropertyValues("appendonly.subscribers.listeners.warehose.batch-size=9",
					"appendonly.subscribers.listeners.greeter.enabled=false")
			.run((context) -> assertThat(subscribers(context).definitions()).containsOnlyKeys("warehouse"));
		assertThat(output.getOut().lines().filter((line) -> line.contains("has no effect so far"))).singleElement()
			.asString()
			.contains("appendonly.subscribers.listeners[warehose]")
			.contains("The ids are: greeter, warehouse.");
	}

	@Test
	void backOffThatDoesNotFitTheOneOfTheAnnotationIsTold() {
		this.runner.withBean(Plain.class)
			.withPropertyValues("appendonly.subscribers.listeners.warehouse.back-off=2m")
			.run((context) -> assertThat(context.getStartupFailure())
				.hasStackTraceContaining("appendonly.subscribers.listeners[warehouse].back-off is 120000ms, above"
						+ " appendonly.subscribers.listeners[warehouse].max-back-off, which is 60000ms"));
	}

	@ParameterizedTest
	@CsvSource({ "appendonly.subscribers.enabled", "appendonly.subscribers.listeners.warehouse.enabled" })
	void listenersOfANodeCanBeSwitchedOff(String property) {
		this.runner.withBean(Plain.class)
			.withPropertyValues(property + "=false")
			.run((context) -> assertThat(subscribers(context).definitions()).isEmpty());
	}

	@Test
	void definitionsThatAreBeansAreRegisteredToo() {
		this.runner.withBean(SubscriberDefinition.class,
				() -> SubscriberDefinition.of("user-7", "greeter", String.class).forEachEntry((entry) -> {
				}))
			.run((context) -> assertThat(subscribers(context).definitions()).containsOnlyKeys("greeter"));
	}

	@Test
	void composedAnnotationIsFound() {
		this.runner.withBean(Composed.class)
			.run((context) -> assertThat(subscribers(context).definitions()).containsOnlyKeys("mine"));
	}

	@Test
	void methodIsCalledOnTheProxyOfAClass() {
		this.runner.withBean(Proxies.class, () -> new Proxies(true)).withBean(Plain.class).run((context) -> {
			assertThat(AopUtils.isCglibProxy(context.getBean(Plain.class))).isTrue();
			subscribers(context).hand("warehouse", STEP);
			assertThat(context.getBean(Proxies.class).calls).containsExactly("ship", "ship");
		});
	}

	@Test
	void methodIsCalledOnTheProxyOfAnInterface() {
		this.runner.withBean(Proxies.class, () -> new Proxies(false)).withBean(Shipper.class).run((context) -> {
			assertThat(AopUtils.isJdkDynamicProxy(context.getBean(Shipping.class))).isTrue();
			subscribers(context).hand("warehouse", STEP);
			assertThat(context.getBean(Proxies.class).calls).containsExactly("ship", "ship");
		});
	}

	@Test
	void scopedProxyIsOneListener() {
		this.runner.withUserConfiguration(ScopedListener.class).run((context) -> {
			assertThat(context.containsBean(ScopedProxyUtils.getTargetBeanName("plain"))).isTrue();
			context.getBean(Plain.class).ship(FIRST.item());
			assertThat(subscribers(context).definitions()).containsOnlyKeys("warehouse");
		});
	}

	@Test
	void lazyInitializationFindsListenersAllTheSame() {
		this.runner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.withBean(Plain.class)
			.withBean("unrelated", Object.class, Object::new)
			.run((context) -> {
				assertThat(subscribers(context).definitions()).containsOnlyKeys("warehouse");
				assertThat(context.getBeanFactory().containsSingleton("unrelated")).isFalse();
			});
	}

	@Test
	void beanThatIsMadeLaterIsAListenerFromThenOn() {
		this.runner.withUserConfiguration(LazyListener.class).run((context) -> {
			assertThat(subscribers(context).definitions()).isEmpty();
			context.getBean(Plain.class);
			assertThat(subscribers(context).definitions()).containsOnlyKeys("warehouse");
		});
	}

	@Test
	void childContextStartsNothingTwiceAndEndsItsOwn() {
		this.runner.withBean(Plain.class).run((parent) -> {
			ApplicationContextRunner childRunner = new ApplicationContextRunner().withParent(parent)
				.withConfiguration(AutoConfigurations.of(AppendOnlySubscriberAutoConfiguration.class,
						PropertyPlaceholderAutoConfiguration.class))
				.withPropertyValues("appendonly.stacks.orders.type=" + Order.class.getName());
			childRunner.withBean(Composed.class)
				.run((child) -> assertThat(subscribers(parent).definitions()).containsOnlyKeys("mine", "warehouse"));
			assertThat(subscribers(parent).definitions()).containsOnlyKeys("warehouse");
			childRunner.withBean("twin", Plain.class)
				.run((child) -> assertThat(analysis(child.getStartupFailure()).getDescription()).contains("warehouse",
						"already"));
		});
	}

	/**
	 * Whose subscribers go on when it stops: its handlers use beans that are destroyed
	 * then.
	 */
	@Test
	void childContextWaitsForItsHandlers() {
		this.runner.withBean(Plain.class).run((parent) -> {
			new ApplicationContextRunner().withParent(parent)
				.withConfiguration(AutoConfigurations.of(AppendOnlySubscriberAutoConfiguration.class,
						PropertyPlaceholderAutoConfiguration.class))
				.withPropertyValues("appendonly.stacks.orders.type=" + Order.class.getName())
				.withBean(Composed.class)
				.run((child) -> assertThat(subscribers(parent).awaited()).isEmpty());
			assertThat(subscribers(parent).awaited()).containsExactly("mine");
			parent.stop();
			assertThat(subscribers(parent).definitions()).isEmpty();
			assertThat(subscribers(parent).awaited()).containsExactly("mine");
		});
	}

	@Test
	void contextThatStopsAndStartsAgainRegistersItsListenersOnceMore() {
		this.runner.withBean(Plain.class).run((context) -> {
			context.stop();
			assertThat(subscribers(context).definitions()).isEmpty();
			context.start();
			assertThat(subscribers(context).definitions()).containsOnlyKeys("warehouse");
		});
	}

	@Test
	void failureOfTheMethodIsThrownAsItIs() {
		this.runner.withBean(Failing.class)
			.run((context) -> assertThatIllegalStateException()
				.isThrownBy(() -> subscribers(context).hand("failing", STEP))
				.withMessage("No lorry"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					NoParameter        | takes 0 parameters                                         | one parameter that is an item
					TwoParameters      | takes 2 parameters                                         | one parameter that is an item
					OtherType          | takes java.lang.Integer                                    | of io.github.appendonly
					OtherEntry         | but the items of stack 'orders' are                        | of io.github.appendonly
					OtherList          | but the items of stack 'orders' are                        | of io.github.appendonly
					Set                | takes java.util.Set<                                       | one parameter that is an item
					Result             | returns CompletableFuture, which nobody would look at      | Make it return nothing
					Asynchronous       | is asynchronous                                            | Remove @Async
					Leaving            | leaves the transaction in which its cursor moves           | transactional = false
					UnknownStack       | follows the stack 'ordres', which is unknown               | The stacks are: orders.
					NoId               | id of a subscriber must have 1 to 100                      | Correct the annotation
					NoBatch            | batchSize must be at least 1, but is 0                     | Correct the annotation
					WrongStart         | yesterday                                                  | Correct the annotation
					WrongPause         | soon                                                       | Correct the annotation
					NoProperty         | has the stack "${shop.nowhere}"                            | give the placeholder a default
					SameId             | has the id 'twin', as                                      | Give one of them another id""")
	void startFailsWithAnAnalysis(String bean, String description, String action) throws ClassNotFoundException {
		Class<?> type = Class.forName(Refused.class.getName() + "$" + bean);
		this.runner.withBean(type).run((context) -> {
			FailureAnalysis analysis = analysis(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("@AppendStackListener method").contains(description);
			assertThat(analysis.getAction()).contains(action);
		});
	}

	@Test
	void methodThatAProxyHidesIsRefused() {
		this.runner.withBean(Proxies.class, () -> new Proxies(true))
			.withBean(PrivateMethod.class)
			.run((context) -> assertThat(analysis(context.getStartupFailure()).getDescription())
				.contains("cannot be called on the proxy of its bean"));
		this.runner.withBean(Proxies.class, () -> new Proxies(false))
			.withBean(NotInInterface.class)
			.run((context) -> assertThat(analysis(context.getStartupFailure()).getAction()).contains("interface"));
	}

	@Test
	void privateAndStaticMethodsOfAPlainBeanAreCalled() {
		this.runner.withBean(PrivateMethod.class).run((context) -> {
			subscribers(context).hand("private", STEP);
			assertThat(context.getBean(PrivateMethod.class).calls).hasSize(2);
		});
	}

	@Test
	void applicationWithoutStacksIsToldHowToDefineOne() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AppendOnlySubscriberAutoConfiguration.class,
					PropertyPlaceholderAutoConfiguration.class))
			.withBean(JpaAppendOnlyStructures.class, () -> mock(JpaAppendOnlyStructures.class))
			.withBean(Subscribers.class, RecordedSubscribers::new)
			.withBean(Plain.class)
			.run((context) -> assertThat(analysis(context.getStartupFailure()).getAction())
				.contains("appendonly.stacks.orders.type"));
	}

	@ParameterizedTest
	@CsvSource({ "lease=10ms, appendonly.subscribers.lease must be at least 100ms",
			"heart-beat=1ms, appendonly.subscribers.heart-beat must be at least 10ms",
			"heart-beat=5s, more than half of appendonly.subscribers.lease",
			"check-interval=0, appendonly.subscribers.check-interval must be at least 10ms",
			"listeners.a.lease=3s, more than half of appendonly.subscribers.listeners[a].lease",
			"listeners.a.back-off=0, appendonly.subscribers.listeners[a].back-off must be at least 1ms",
			"listeners.a.start-at=yesterday, start-at",
			"listeners.a.batch-size=0, appendonly.subscribers.listeners[a].batch-size must be at least 1",
			"listeners.a.max-attempts=0, appendonly.subscribers.listeners[a].max-attempts must be at least 1" })
	void propertiesAreChecked(String property, String message) {
		this.runner.withPropertyValues("appendonly.subscribers." + property)
			.run((context) -> assertThat(context.getStartupFailure()).hasStackTraceContaining(message));
	}

	private static FailureAnalysis analysis(@Nullable Throwable failure) {
		Throwable given = Objects.requireNonNull(failure, "It has started");
		return SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, SpringFactoriesLoader.FailureHandler.handleMessage((message, ex) -> {
			}))
			.stream()
			.filter((analyzer) -> analyzer instanceof InvalidListenerFailureAnalyzer)
			.map((analyzer) -> analyzer.analyze(given))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseThrow(() -> new AssertionError("Not analyzed", failure));
	}

	record Order(String number) implements Ware {
	}

	interface Ware {

	}

	abstract static class Inheriting<T> {

		final List<List<Object>> calls = new ArrayList<>();

		@AppendStackListener(stack = "orders", id = "inherited")
		void inherited(T item) {
			this.calls.add(List.of("inherited", item));
		}

	}

	static class Signatures extends Inheriting<Order> {

		@AppendStackListener(stack = "orders", id = "item")
		void item(Order order) {
			this.calls.add(List.of("item", order));
		}

		@AppendStackListener(stack = "orders", id = "entry")
		protected void entry(Entry<Order> entry) {
			this.calls.add(List.of("entry", entry));
		}

		@AppendStackListener(stack = "orders", id = "items")
		void items(List<Order> orders) {
			this.calls.add(List.of("items", orders));
		}

		@AppendStackListener(stack = "orders", id = "entries")
		void entries(List<Entry<Order>> entries) {
			this.calls.add(List.of("entries", entries));
		}

		@AppendStackListener(stack = "orders", id = "changes")
		public void changes(Changes<Order> changes) {
			this.calls.add(List.of("changes", changes));
		}

		@AppendStackListener(stack = "orders", id = "wider")
		void wider(Entry<? extends Ware> entry) {
			this.calls.add(List.of("wider", entry));
		}

		@AppendStackListener(stack = "orders", id = "any")
		void any(Entry<?> entry) {
			this.calls.add(List.of("any", entry));
		}

	}

	static class AllSettings {

		@AppendStackListener(stack = "${shop.stack}", id = "warehouse-${shop.number:5}", startAt = "${shop.start}",
				batchSize = 7, transactional = false, maxAttempts = 3, backOff = "${shop.pause}", maxBackOff = "3s",
				onFailure = OnFailure.PARK, onExpired = OnExpired.CONTINUE)
		void ship(Order order) {
		}

	}

	static class Plain {

		@AppendStackListener(stack = "orders", id = "warehouse")
		void ship(Order order) {
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@AppendStackListener(stack = "orders", id = "", onFailure = OnFailure.PARK)
	@interface OrderListener {

		@AliasFor(annotation = AppendStackListener.class)
		String id();

	}

	static class Composed {

		@OrderListener(id = "mine")
		void ship(Order order) {
		}

	}

	static class Failing {

		@AppendStackListener(stack = "orders", id = "failing")
		void ship(Order order) {
			throw new IllegalStateException("No lorry");
		}

	}

	interface Shipping {

		void ship(Order order);

	}

	static class Shipper implements Shipping {

		@Override
		@AppendStackListener(stack = "orders", id = "warehouse")
		public void ship(Order order) {
		}

	}

	static class NotInInterface implements Shipping {

		@Override
		public void ship(Order order) {
		}

		@AppendStackListener(stack = "orders", id = "warehouse")
		public void other(Order order) {
		}

	}

	static class PrivateMethod {

		final List<Order> calls = new ArrayList<>();

		@AppendStackListener(stack = "orders", id = "private")
		@SuppressWarnings("UnusedMethod") // as private listeners are
		private void ship(Order order) {
			this.calls.add(order);
		}

		@AppendStackListener(stack = "orders", id = "static")
		static void count(Order order) {
		}

	}

	/**
	 * Makes proxies of listeners, which count the calls.
	 */
	static final class Proxies implements BeanPostProcessor, Ordered {

		final List<String> calls = new ArrayList<>();

		private final boolean ofClasses;

		Proxies(boolean ofClasses) {
			this.ofClasses = ofClasses;
		}

		@Override
		public int getOrder() {
			return 0;
		}

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (bean.getClass().getEnclosingClass() != ListenerMethodTests.class || bean instanceof BeanPostProcessor) {
				return bean;
			}
			ProxyFactory factory = new ProxyFactory(bean);
			factory.setProxyTargetClass(this.ofClasses);
			factory.addAdvice((MethodInterceptor) (call) -> {
				this.calls.add(call.getMethod().getName());
				return call.proceed();
			});
			return factory.getProxy();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ScopedListener {

		@Bean
		@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
		Plain plain() {
			return new Plain();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyListener {

		@Bean
		@Lazy
		Plain plain() {
			return new Plain();
		}

	}

	static class Refused {

		static class NoParameter {

			@AppendStackListener(stack = "orders", id = "a")
			void ship() {
			}

		}

		static class TwoParameters {

			@AppendStackListener(stack = "orders", id = "a")
			void ship(Order order, Position position) {
			}

		}

		static class OtherType {

			@AppendStackListener(stack = "orders", id = "a")
			void ship(Integer order) {
			}

		}

		static class OtherEntry {

			@AppendStackListener(stack = "orders", id = "a")
			void ship(Entry<String> order) {
			}

		}

		static class OtherList {

			@AppendStackListener(stack = "orders", id = "a")
			void ship(List<Entry<String>> order) {
			}

		}

		static class Set {

			@AppendStackListener(stack = "orders", id = "a")
			void ship(java.util.Set<Order> orders) {
			}

		}

		static class Result {

			@AppendStackListener(stack = "orders", id = "a")
			CompletableFuture<Void> ship(Order order) {
				return new CompletableFuture<>();
			}

		}

		static class Asynchronous {

			@Async
			@AppendStackListener(stack = "orders", id = "a")
			void ship(Order order) {
			}

		}

		static class Leaving {

			@Transactional(propagation = Propagation.REQUIRES_NEW)
			@AppendStackListener(stack = "orders", id = "a")
			void ship(Order order) {
			}

		}

		static class UnknownStack {

			@AppendStackListener(stack = "ordres", id = "a")
			void ship(Order order) {
			}

		}

		static class NoId {

			@AppendStackListener(stack = "orders", id = "")
			void ship(Order order) {
			}

		}

		static class NoBatch {

			@AppendStackListener(stack = "orders", id = "a", batchSize = 0)
			void ship(Order order) {
			}

		}

		static class WrongStart {

			@AppendStackListener(stack = "orders", id = "a", startAt = "yesterday")
			void ship(Order order) {
			}

		}

		static class WrongPause {

			@AppendStackListener(stack = "orders", id = "a", backOff = "soon")
			void ship(Order order) {
			}

		}

		static class NoProperty {

			@AppendStackListener(stack = "${shop.nowhere}", id = "a")
			void ship(Order order) {
			}

		}

		static class SameId {

			@AppendStackListener(stack = "orders", id = "twin")
			void ship(Order order) {
			}

			@AppendStackListener(stack = "orders", id = "twin")
			void pack(Order order) {
			}

		}

	}

}
