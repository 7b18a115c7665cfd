package io.github.appendonly.autoconfigure.subscriber;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import io.github.appendonly.AppendStack;
import io.github.appendonly.autoconfigure.AppendOnlyProperties;
import io.github.appendonly.jpa.StructureOperations;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;

/**
 * The stacks that listeners can name: those in the properties, and those that are beans.
 */
final class KnownStacks {

	private final Environment environment;

	private final ObjectProvider<AppendStack<?>> beans;

	KnownStacks(Environment environment, ObjectProvider<AppendStack<?>> beans) {
		this.environment = environment;
		this.beans = beans;
	}

	/**
	 * Returns the type of the items of a stack. Beans are made only if the stack is not
	 * in the properties.
	 * @return the type; nothing if the stack is unknown
	 */
	Optional<Type> type(String stack) {
		Type configured = AppendOnlyProperties.stackTypes(this.environment).get(stack);
		return (configured != null) ? Optional.of(configured) : Optional.ofNullable(types().get(stack));
	}

	boolean isEmpty() {
		return types().isEmpty();
	}

	private Map<String, Type> types() {
		Map<String, Type> types = new TreeMap<>();
		this.beans.forEach((bean) -> {
			Object target = AopProxyUtils.getSingletonTarget(bean);
			if (((target != null) ? target : bean) instanceof AppendStack<?> stack) {
				StructureOperations.handle(stack).ifPresent((handle) -> types.put(handle.name(), handle.type()));
			}
		});
		types.putAll(AppendOnlyProperties.stackTypes(this.environment));
		return types;
	}

	@Override
	public String toString() {
		return String.join(", ", types().keySet());
	}

}
