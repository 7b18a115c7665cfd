package io.github.appendonly.autoconfigure.subscriber;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.appendonly.StartAt;
import io.github.appendonly.autoconfigure.subscriber.ListenerBeanPostProcessor.Found;
import io.github.appendonly.subscriber.AppendStackListener;
import io.github.appendonly.subscriber.SubscriberDefinition;
import io.github.appendonly.subscriber.Subscribers;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.SmartLifecycle;

/**
 * Registers the listeners of one application context, and the definitions that are beans
 * in it. They are checked before anything starts, and end when the context stops. Each
 * context has its own registry: a child context that closes ends its own listeners.
 */
final class ListenerRegistry implements SmartInitializingSingleton, SmartLifecycle {

	/**
	 * Starts after the structures and the web server, as the last, and stops as the
	 * first: a listener may use any other part of the application.
	 */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 100;

	private static final Log logger = LogFactory.getLog(ListenerRegistry.class);

	private final ConfigurableListableBeanFactory beans;

	private final Subscribers subscribers;

	private final KnownStacks stacks;

	private final AppendOnlySubscriberProperties properties;

	private final Duration limit;

	private final Map<String, Found> listeners = new ConcurrentHashMap<>();

	private final List<SubscriberDefinition<?>> definitions = new ArrayList<>();

	private final List<Subscribers.Registration> registrations = new ArrayList<>();

	private volatile boolean running;

	ListenerRegistry(ConfigurableListableBeanFactory beans, Subscribers subscribers, KnownStacks stacks,
			AppendOnlySubscriberProperties properties, Duration limit) {
		this.beans = beans;
		this.subscribers = subscribers;
		this.stacks = stacks;
		this.properties = properties;
		this.limit = limit;
	}

	/**
	 * Checks all listeners. One whose bean is made later is checked and started then.
	 * @throws InvalidListenerException if a method cannot be a listener
	 */
	@Override
	public void afterSingletonsInstantiated() {
		this.beans.getBeansOfType(SubscriberDefinition.class, false, true).values().forEach(this::add);
		this.beans.getBean(ListenerBeanPostProcessor.class).handOver(this::add);
	}

	private void add(Found listener) {
		String id = resolved(listener, "id", AppendStackListener::id);
		Found other = this.listeners.putIfAbsent(id, listener);
		if (other == null) {
			add(define(id, listener));
		}
		else if (!other.equals(listener)) {
			throw invalid(listener,
					"has the id '" + id + "', as " + other.method().toGenericString() + " of bean '" + other.beanName()
							+ "' has",
					"Give one of them another id. If they are one method of several beans, let only one of them have "
							+ "the annotation.");
		}
	}

	private synchronized void add(SubscriberDefinition<?> definition) {
		SubscriberDefinition<?> replaced = this.properties.applyTo(definition);
		this.definitions.add(replaced);
		if (this.running) {
			register(replaced);
		}
	}

	private SubscriberDefinition<?> define(String id, Found listener) {
		AppendStackListener settings = listener.settings();
		ListenerMethod method = new ListenerMethod(listener.bean(), listener.targetClass(), listener.method(),
				settings.transactional());
		String stack = resolved(listener, "stack", AppendStackListener::stack);
		Type type = this.stacks.type(stack)
			.orElseThrow(() -> method.invalid("follows the stack '" + stack + "', which is unknown",
					this.stacks.isEmpty()
							? "Define it with the property appendonly.stacks." + stack
									+ ".type, or declare a bean for it with AppendOnlyStructures."
							: "The stacks are: " + this.stacks + ". Correct the name, define the stack with the "
									+ "property appendonly.stacks." + stack
									+ ".type, or declare a bean for it with AppendOnlyStructures."));
		method.requireItems(stack, type);
		try {
			return method.define(settings(id, stack, type, listener));
		}
		catch (IllegalArgumentException ex) {
			throw method.invalid("has a setting that cannot be used: " + ex.getMessage(), "Correct the annotation.");
		}
	}

	private SubscriberDefinition.Builder<Object> settings(String id, String stack, Type type, Found listener) {
		AppendStackListener settings = listener.settings();
		return SubscriberDefinition.<Object>of(stack, id, type)
			.startAt(StartAt.parse(resolved(listener, "startAt", AppendStackListener::startAt)))
			.batchSize(settings.batchSize())
			.maxAttempts(settings.maxAttempts())
			.backOff(duration(listener, "backOff", AppendStackListener::backOff),
					duration(listener, "maxBackOff", AppendStackListener::maxBackOff))
			.transactional(settings.transactional())
			.onFailure(settings.onFailure())
			.onExpired(settings.onExpired());
	}

	private Duration duration(Found listener, String attribute, Function<AppendStackListener, String> value) {
		return DurationStyle.detectAndParse(resolved(listener, attribute, value));
	}

	private String resolved(Found listener, String attribute, Function<AppendStackListener, String> value) {
		String text = value.apply(listener.settings());
		try {
			String resolved = this.beans.resolveEmbeddedValue(text);
			return (resolved != null) ? resolved : "";
		}
		catch (IllegalArgumentException ex) {
			throw invalid(listener, "has the " + attribute + " \"" + text + "\": " + ex.getMessage(),
					"Set the property, or give the placeholder a default.");
		}
	}

	private static InvalidListenerException invalid(Found listener, String flaw, String action) {
		return new InvalidListenerException("The @AppendStackListener method " + listener.method().toGenericString()
				+ " of bean '" + listener.beanName() + "' " + flaw, action);
	}

	@Override
	public synchronized void start() {
		this.running = true;
		this.definitions.forEach(this::register);
		warnOfUnknownIds();
	}

	/**
	 * A mistake in a name would go unnoticed. But applications may share their
	 * properties, so it fails nothing.
	 */
	private void warnOfUnknownIds() {
		Set<String> known = this.definitions.stream()
			.map(SubscriberDefinition::id)
			.collect(Collectors.toCollection(TreeSet::new));
		Set<String> unknown = new TreeSet<>(this.properties.listeners().keySet());
		unknown.removeAll(known);
		for (String id : unknown) {
			logger.warn("appendonly.subscribers.listeners[" + id
					+ "] has no effect so far: no listener and no bean of type" + " SubscriberDefinition has the id '"
					+ id + "'. The ids are: " + String.join(", ", known)
					+ ". Correct the name, or remove the property, unless the bean of the listener is made later");
		}
	}

	private void register(SubscriberDefinition<?> definition) {
		if (this.properties.enabled() && this.properties.of(definition.id()).enabled()) {
			try {
				this.registrations.add(this.subscribers.register(definition));
			}
			catch (IllegalStateException ex) {
				throw new InvalidListenerException("The " + definition + " cannot run on this node: " + ex.getMessage(),
						"Change that, or set appendonly.subscribers.listeners[" + definition.id()
								+ "].enabled to false. A child context has the subscribers of its parent too.",
						ex);
			}
		}
	}

	@Override
	public synchronized void stop() {
		this.registrations.forEach(Subscribers.Registration::close);
		if (this.beans.getBeanNamesForType(Subscribers.class, true, false).length == 0) {
			// The parent has them, and they go on: handlers use beans that are about to
			// be destroyed
			long end = System.nanoTime() + this.limit.toNanos();
			long late = this.registrations.stream()
				.filter((each) -> !each.close(Duration.ofNanos(Math.max(0, end - System.nanoTime()))))
				.count();
			if (late > 0) {
				logger.warn(late + " subscribers did not end their batches within " + this.limit
						+ ", and their context stops all the same");
			}
		}
		this.registrations.clear();
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
