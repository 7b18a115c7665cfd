package io.github.appendonly.autoconfigure.subscriber;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.List;

import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.internal.Errors;
import io.github.appendonly.subscriber.AppendStackListener;
import io.github.appendonly.subscriber.SubscriberDefinition;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.util.ReflectionUtils;

/**
 * A method with {@link AppendStackListener}: what it takes, and how it is called.
 */
final class ListenerMethod {

	private static final String SIGNATURES = "one parameter that is an item of the stack, an Entry of it, a List of "
			+ "items, a List of entries, or Changes";

	private static final AnnotationTransactionAttributeSource TRANSACTIONS = new AnnotationTransactionAttributeSource(
			false);

	/**
	 * What one call of the method takes.
	 */
	enum Shape {

		ITEM, ENTRY, ITEMS, ENTRIES, CHANGES

	}

	private final Object bean;

	private final Method method;

	private final String description;

	private final Shape shape;

	private final ResolvableType item;

	/**
	 * Creates the listener of a bean's method.
	 * @param bean the bean, which may be a proxy
	 * @param targetClass the class of the bean itself
	 * @param method the method of that class
	 * @param transactional whether the method runs in the subscriber's transaction
	 * @throws InvalidListenerException if the method cannot be a listener
	 */
	ListenerMethod(Object bean, Class<?> targetClass, Method method, boolean transactional) {
		this.bean = bean;
		this.description = method.toGenericString();
		requireCallable(targetClass, method, transactional);
		ResolvableType parameter = ResolvableType
			.forMethodParameter(new MethodParameter(method, 0).withContainingClass(targetClass));
		this.shape = shape(parameter);
		this.item = switch (this.shape) {
			case ITEM -> parameter;
			case ENTRY, CHANGES, ITEMS -> parameter.getGeneric();
			case ENTRIES -> parameter.getGeneric().getGeneric();
		};
		this.method = invocable(bean, method);
		ReflectionUtils.makeAccessible(this.method);
	}

	private void requireCallable(Class<?> targetClass, Method method, boolean transactional) {
		if (method.getParameterCount() != 1) {
			throw invalid("takes " + method.getParameterCount() + " parameters", "Give it " + SIGNATURES + ".");
		}
		if (method.getReturnType() != void.class) {
			throw invalid("returns " + method.getReturnType().getSimpleName() + ", which nobody would look at",
					"Make it return nothing. A listener reports a failure by an exception, when its work is over.");
		}
		if (AnnotatedElementUtils.hasAnnotation(method, Async.class)
				|| AnnotatedElementUtils.hasAnnotation(targetClass, Async.class)) {
			throw invalid("is asynchronous: the cursor would move before its work is done",
					"Remove @Async. A listener is called on a thread of its subscriber anyway.");
		}
		TransactionAttribute attribute = TRANSACTIONS.getTransactionAttribute(method, targetClass);
		if (transactional && attribute != null) {
			switch (attribute.getPropagationBehavior()) {
				case TransactionAttribute.PROPAGATION_REQUIRES_NEW, TransactionAttribute.PROPAGATION_NOT_SUPPORTED,
						TransactionAttribute.PROPAGATION_NEVER ->
					throw invalid("leaves the transaction in which its cursor moves",
							"Remove the propagation from @Transactional, or @Transactional as a whole: the method runs "
									+ "in a transaction. Or set transactional = false on @AppendStackListener, and be "
									+ "prepared to get an entry twice.");
				default -> {
				}
			}
		}
	}

	private static Shape shape(ResolvableType parameter) {
		Class<?> type = parameter.resolve(Object.class);
		if (type == Entry.class) {
			return Shape.ENTRY;
		}
		if (type == Changes.class) {
			return Shape.CHANGES;
		}
		if (type == List.class) {
			return (parameter.getGeneric().resolve() == Entry.class) ? Shape.ENTRIES : Shape.ITEMS;
		}
		return Shape.ITEM;
	}

	/**
	 * Returns the method by which a proxy can be called.
	 */
	private Method invocable(Object bean, Method method) {
		try {
			return AopUtils.selectInvocableMethod(method, bean.getClass());
		}
		catch (IllegalStateException ex) {
			throw invalid("cannot be called on the proxy of its bean", String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Checks that the items of a stack can be given to the method.
	 * @param stack the name of the stack
	 * @param type the type of its items
	 * @throws InvalidListenerException if they cannot
	 */
	void requireItems(String stack, Type type) {
		ResolvableType items = ResolvableType.forType(type);
		if (this.item.resolve() != null && items.resolve() != null && !this.item.isAssignableFrom(items)) {
			throw invalid(
					"takes " + this.item + " (" + this.shape + "), but the items of stack '" + stack + "' are " + items,
					"Give it " + SIGNATURES + " of " + items + ".");
		}
	}

	/**
	 * Returns an exception that says what is wrong with the method.
	 */
	InvalidListenerException invalid(String flaw, String action) {
		return new InvalidListenerException("The @AppendStackListener method " + this.description + " " + flaw, action);
	}

	/**
	 * Defines the subscriber that calls the method.
	 */
	<T> SubscriberDefinition<T> define(SubscriberDefinition.Builder<T> settings) {
		return switch (this.shape) {
			case ITEM -> settings.forEachEntry((entry) -> call(entry.item()));
			case ENTRY -> settings.forEachEntry(this::call);
			case ITEMS -> settings.forEachBatch((batch) -> call(batch.stream().map(Entry::item).toList()));
			case ENTRIES -> settings.forEachBatch(this::call);
			case CHANGES -> settings.forEachStep(this::call);
		};
	}

	private void call(Object argument) throws Exception {
		try {
			this.method.invoke(this.bean, argument);
		}
		catch (InvocationTargetException ex) {
			Throwable failure = ex.getTargetException();
			throw (failure instanceof Exception exception) ? exception : Errors.unchecked(failure);
		}
	}

	@Override
	public String toString() {
		return this.description;
	}

}
