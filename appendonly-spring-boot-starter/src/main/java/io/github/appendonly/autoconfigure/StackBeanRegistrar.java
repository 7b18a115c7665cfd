package io.github.appendonly.autoconfigure;

import java.util.Map;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.History;
import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.StackSettings;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Registers a bean for each stack in the properties, and for its archive and history.
 * <p>
 * The stack {@code recent-quakes} becomes {@code recentQuakes}, with
 * {@code recentQuakesArchive} and {@code recentQuakesHistory}; the beans' generic types
 * have the type of the items.
 */
public final class StackBeanRegistrar implements BeanRegistrar {

	/**
	 * The properties of a stack, with its type still unchecked.
	 */
	public record StackProperties(@Nullable String type,
			@DefaultValue("" + StackBounds.DEFAULT_MAX_LAYERS) int maxLayers,
			@DefaultValue("" + StackBounds.DEFAULT_MAX_LENGTH) int maxLength, @DefaultValue("false") boolean archive) {

		void applyTo(StackSettings<?> settings) {
			settings.bounds(this.maxLayers, this.maxLength).archived(this.archive);
		}

	}

	@Override
	public void register(BeanRegistry registry, Environment environment) {
		Binder.get(environment)
			.bind("appendonly.stacks", Bindable.mapOf(String.class, StackProperties.class))
			.orElse(Map.of())
			.forEach((name, properties) -> register(registry, name, properties, typeOf(name, properties)));
	}

	private static Class<?> typeOf(String name, StackProperties properties) {
		String type = properties.type();
		if (type == null || type.isBlank()) {
			throw new InvalidStackTypeException(name, null);
		}
		try {
			return ClassUtils.forName(type, null);
		}
		catch (ClassNotFoundException | LinkageError ex) {
			throw new InvalidStackTypeException(name, type);
		}
	}

	private static <T> void register(BeanRegistry registry, String name, StackProperties properties, Class<T> type) {
		String bean = camelCase(name);
		ParameterizedTypeReference<AppendStack<T>> stackType = generic(AppendStack.class, type);
		registry.registerBean(bean, stackType, (spec) -> spec
			.supplier((context) -> context.bean(AppendOnlyStructures.class).stack(name, type, properties::applyTo)));
		if (properties.archive()) {
			ParameterizedTypeReference<Archive<T>> archiveType = generic(Archive.class, type);
			registry.registerBean(bean + "Archive", archiveType,
					(spec) -> spec.supplier((context) -> context.bean(AppendOnlyStructures.class).archive(name, type)));
			ParameterizedTypeReference<History<T>> historyType = generic(History.class, type);
			registry.registerBean(bean + "History", historyType, (spec) -> spec.supplier((context) -> {
				AppendOnlyStructures structures = context.bean(AppendOnlyStructures.class);
				return new History<>(structures.stack(name, type, properties::applyTo), structures.archive(name, type));
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

}
