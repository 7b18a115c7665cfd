package io.github.appendonly.autoconfigure.aot;

import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Family;
import io.github.appendonly.History;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Registers the item types of all structures that are beans for a native image.
 */
class ItemTypesAotProcessor implements BeanRegistrationAotProcessor {

	private static final List<Class<?>> STRUCTURES = List.of(AppendStack.class, Archive.class, History.class,
			Family.class, Accumulator.class);

	private final BindingReflectionHintsRegistrar binding = new BindingReflectionHintsRegistrar();

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
		List<Type> types = STRUCTURES.stream()
			.map((structure) -> bean.getBeanType().as(structure).getGeneric())
			.filter((type) -> type.resolve() != null)
			.map(ResolvableType::getType)
			.toList();
		if (types.isEmpty()) {
			return null;
		}
		return (context, code) -> {
			ReflectionHints hints = context.getRuntimeHints().reflection();
			register(hints, types, new HashSet<>());
			types.forEach((type) -> registerIdentifier(hints, type));
		};
	}

	/*
	 * Items that are entities are written and read by their identifiers.
	 */
	private void registerIdentifier(ReflectionHints hints, Type item) {
		IdentifierTypes.of(ResolvableType.forType(item).resolve(Object.class))
			.forEach((identifier) -> this.binding.registerReflectionHints(hints, identifier));
	}

	/*
	 * Spring follows properties and superclasses, but not subtypes. Jackson finds those
	 * by its annotation or, for sealed types, by the language.
	 */
	private void register(ReflectionHints hints, List<Type> types, Set<Type> seen) {
		for (Type type : types) {
			if (seen.add(type)) {
				this.binding.registerReflectionHints(hints, type);
				reachedFrom(type).forEach((reached) -> register(hints, subtypes(reached), seen));
			}
		}
	}

	private Stream<Class<?>> reachedFrom(Type type) {
		ReflectionHints reached = new ReflectionHints();
		this.binding.registerReflectionHints(reached, type);
		return reached.typeHints().map((hint) -> ClassUtils.resolveClassName(hint.getType().getName(), null));
	}

	private static List<Type> subtypes(Class<?> type) {
		JsonSubTypes named = type.getAnnotation(JsonSubTypes.class);
		Stream<Type> byAnnotation = (named != null) ? Arrays.stream(named.value()).map(JsonSubTypes.Type::value)
				: Stream.empty();
		Stream<Type> byLanguage = type.isSealed() ? Arrays.stream(type.getPermittedSubclasses()) : Stream.empty();
		return Stream.concat(byAnnotation, byLanguage).toList();
	}

}
