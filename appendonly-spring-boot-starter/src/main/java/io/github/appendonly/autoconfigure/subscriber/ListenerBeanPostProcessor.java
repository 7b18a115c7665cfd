package io.github.appendonly.autoconfigure.subscriber;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.appendonly.subscriber.AppendStackListener;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Finds the methods with {@link AppendStackListener} of all beans of a context.
 * <p>
 * It needs no other bean: what a post-processor needs is made before the others are at
 * work.
 */
final class ListenerBeanPostProcessor implements BeanPostProcessor, Ordered {

	/**
	 * A method that was found.
	 *
	 * @param beanName the name of its bean
	 * @param bean its bean, which may be a proxy
	 * @param targetClass the class of the bean itself
	 * @param method the method of that class
	 * @param settings the annotation
	 */
	record Found(String beanName, Object bean, Class<?> targetClass, Method method, AppendStackListener settings) {
	}

	private final Set<Class<?>> withoutListeners = ConcurrentHashMap.newKeySet();

	private final Queue<Found> found = new ConcurrentLinkedQueue<>();

	private final AtomicInteger signals = new AtomicInteger();

	private volatile @Nullable Consumer<Found> receiver;

	/**
	 * After the post-processors that make proxies.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	/**
	 * The target of a scoped proxy is left out: its proxy is the listener.
	 */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		Class<?> targetClass = AopProxyUtils.ultimateTargetClass(bean);
		if (!ScopedProxyUtils.isScopedTarget(beanName) && !this.withoutListeners.contains(targetClass)) {
			Map<Method, AppendStackListener> methods = methods(targetClass);
			if (methods.isEmpty()) {
				this.withoutListeners.add(targetClass);
			}
			methods.forEach(
					(method, settings) -> this.found.add(new Found(beanName, bean, targetClass, method, settings)));
			Consumer<Found> known = this.receiver;
			if (known != null) {
				handOverFound(known);
			}
		}
		return bean;
	}

	/**
	 * Hands over the listeners that were found, and from now on each one at once.
	 */
	void handOver(Consumer<Found> receiver) {
		this.receiver = receiver;
		handOverFound(receiver);
	}

	/*
	 * To hand over a listener may make further beans, and so find further listeners. They
	 * are handed over after it.
	 */
	private void handOverFound(Consumer<Found> receiver) {
		if (this.signals.getAndIncrement() > 0) {
			return;
		}
		try {
			int seen;
			do {
				seen = this.signals.get();
				for (Found next = this.found.poll(); next != null; next = this.found.poll()) {
					receiver.accept(next);
				}
			}
			while (!this.signals.compareAndSet(seen, 0));
		}
		catch (RuntimeException ex) {
			this.signals.set(0);
			throw ex;
		}
	}

	/**
	 * Returns the listeners of a class.
	 */
	static Map<Method, AppendStackListener> methods(Class<?> type) {
		if (!AnnotationUtils.isCandidateClass(type, AppendStackListener.class)) {
			return Map.of();
		}
		return MethodIntrospector.selectMethods(type,
				(MethodIntrospector.MetadataLookup<AppendStackListener>) (method) -> AnnotatedElementUtils
					.findMergedAnnotation(method, AppendStackListener.class));
	}

}
