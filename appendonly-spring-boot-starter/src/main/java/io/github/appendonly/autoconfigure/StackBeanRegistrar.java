package io.github.appendonly.autoconfigure;

import java.util.Map;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.History;
import io.github.appendonly.autoconfigure.AppendOnlyProperties.Stack;
import io.github.appendonly.jpa.AppendOnlyStructures;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.env.Environment;

/**
 * Registers a bean for each stack in the properties, and for its archive and history.
 * <p>
 * The stack {@code recent-quakes} becomes the bean {@code recentQuakes}, with
 * {@code recentQuakesArchive} and {@code recentQuakesHistory} if it is archived. The
 * beans' generic types have the type of the items.
 */
public final class StackBeanRegistrar implements BeanRegistrar {

	@Override
	public void register(BeanRegistry registry, Environment environment) {
		stacks(environment).forEach((name, stack) -> register(registry, name, stack, typeOf(name, stack)));
	}

	private static Map<String, Stack> stacks(Environment environment) {
		try {
			return Binder.get(environment)
				.bind("appendonly.stacks", Bindable.mapOf(String.class, Stack.class), new TypeCheck())
				.orElse(Map.of());
		}
		catch (BindException ex) {
			throw (ex.getCause() instanceof InvalidStackTypeException invalid) ? invalid : ex;
		}
	}

	private static Class<?> typeOf(String name, Stack stack) {
		Class<?> type = stack.type();
		if (type == null) {
			throw new InvalidStackTypeException(name, null);
		}
		return type;
	}

	private static <T> void register(BeanRegistry registry, String name, Stack stack, Class<T> type) {
		String bean = camelCase(name);
		ParameterizedTypeReference<AppendStack<T>> stackType = generic(AppendStack.class, type);
		registry.registerBean(bean, stackType, (spec) -> spec
			.supplier((context) -> context.bean(AppendOnlyStructures.class).stack(name, type, stack::applyTo)));
		if (stack.archive()) {
			ParameterizedTypeReference<Archive<T>> archiveType = generic(Archive.class, type);
			registry.registerBean(bean + "Archive", archiveType,
					(spec) -> spec.supplier((context) -> context.bean(AppendOnlyStructures.class).archive(name, type)));
			ParameterizedTypeReference<History<T>> historyType = generic(History.class, type);
			registry.registerBean(bean + "History", historyType, (spec) -> spec.supplier((context) -> {
				AppendOnlyStructures structures = context.bean(AppendOnlyStructures.class);
				return new History<>(structures.stack(name, type, stack::applyTo), structures.archive(name, type));
			}));
		}
	}

	private static <B> ParameterizedTypeReference<B> generic(Class<?> structure, Class<?> type) {
		return ParameterizedTypeReference.forType(ResolvableType.forClassWithGenerics(structure, type).getType());
	}

	/**
	 * Turns {@code recent-quakes} into {@code recentQuakes}.
	 */
	static String camelCase(String name) {
		StringBuilder camelCase = new StringBuilder();
		boolean upper = false;
		for (int i = 0; i < name.length(); i++) {
			char c = name.charAt(i);
			if (!Character.isLetterOrDigit(c)) {
				upper = !camelCase.isEmpty();
			}
			else {
				camelCase.append(upper ? Character.toUpperCase(c) : c);
				upper = false;
			}
		}
		return camelCase.toString();
	}

	/**
	 * Names the stack whose type is not a class. A blank type counts as missing. The
	 * binder alone would leave out a stack that has nothing else.
	 */
	private static final class TypeCheck extends AbstractBindHandler {

		@Override
		public @Nullable Object onFailure(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
				Exception error) throws Exception {
			if (isType(target) && error instanceof ConversionFailedException failure) {
				throw new InvalidStackTypeException(stack(name), String.valueOf(failure.getValue()));
			}
			return super.onFailure(name, target, context, error);
		}

		@Override
		public void onFinish(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
				@Nullable Object result) throws Exception {
			if (isType(target) && result == null && isSet(name, context)) {
				throw new InvalidStackTypeException(stack(name), null);
			}
		}

		private static boolean isType(Bindable<?> target) {
			return target.getType().resolve() == Class.class;
		}

		private static boolean isSet(ConfigurationPropertyName name, BindContext context) {
			ConfigurationProperty property = context.getConfigurationProperty();
			return property != null && property.getName().equals(name);
		}

		private static String stack(ConfigurationPropertyName type) {
			return type.getParent().getLastElement(ConfigurationPropertyName.Form.ORIGINAL);
		}

	}

}
