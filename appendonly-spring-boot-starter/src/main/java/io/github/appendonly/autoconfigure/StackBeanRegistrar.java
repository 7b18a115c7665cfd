package io.github.appendonly.autoconfigure;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Family;
import io.github.appendonly.History;
import io.github.appendonly.autoconfigure.AppendOnlyProperties.Stack;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.table.StructureTables;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/**
 * Registers a bean for each stack, each family and each accumulator in the properties,
 * and for the archive and history of each archived stack.
 * <p>
 * The stack {@code recent-quakes} becomes the bean {@code recentQuakes}, with
 * {@code recentQuakesArchive} and {@code recentQuakesHistory} if it is archived. The
 * family {@code team-feed} becomes the bean {@code teamFeed}, and the accumulator
 * {@code sent-mails} the bean {@code sentMails}. The beans' generic types have the type
 * of the items.
 */
public final class StackBeanRegistrar implements BeanRegistrar {

	static final String STACKS = "appendonly.stacks";

	/** The maximum length of a name, which is longer than its prefix. */
	private static final int MAX_PREFIX = StructureTables.NAME_LENGTH;

	static final String FAMILIES = "appendonly.families";

	static final String ACCUMULATORS = "appendonly.accumulators";

	/**
	 * Names of beans that Spring makes itself or looks for. They are not defined like
	 * others, so nothing would tell that a structure takes their place.
	 */
	private static final Set<String> TAKEN = Set.of(ConfigurableApplicationContext.ENVIRONMENT_BEAN_NAME,
			ConfigurableApplicationContext.SYSTEM_PROPERTIES_BEAN_NAME,
			ConfigurableApplicationContext.SYSTEM_ENVIRONMENT_BEAN_NAME,
			ConfigurableApplicationContext.APPLICATION_STARTUP_BEAN_NAME,
			ConfigurableApplicationContext.CONVERSION_SERVICE_BEAN_NAME,
			ConfigurableApplicationContext.LOAD_TIME_WEAVER_BEAN_NAME,
			AbstractApplicationContext.MESSAGE_SOURCE_BEAN_NAME,
			AbstractApplicationContext.APPLICATION_EVENT_MULTICASTER_BEAN_NAME,
			AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME, "applicationArguments", "springBootBanner");

	@Override
	public void register(BeanRegistry registry, Environment environment) {
		StructureSettings.bind(environment, STACKS, Stack.class).forEach((name, stack) -> {
			String property = StructureSettings.property(STACKS, name);
			stack.requireBounds(property);
			register(registry, name, stack, StructureSettings.requireType(property, stack.type()), property);
		});
		families(environment).forEach((prefix, named) -> register(registry, named, prefix));
		StructureSettings.bind(environment, ACCUMULATORS, AppendOnlyProperties.Accumulator.class)
			.forEach((name, accumulator) -> {
				String property = StructureSettings.property(ACCUMULATORS, name);
				accumulator.requireKeyRetention(property);
				register(registry, name, accumulator, StructureSettings.requireType(property, accumulator.type()),
						property);
			});
	}

	/**
	 * A family in the properties.
	 *
	 * @param name its name in kebab-case
	 * @param type the type of the items
	 * @param stack the settings of each stack
	 * @param property the property below which its settings are
	 */
	private record NamedFamily<T>(String name, Class<T> type, Stack stack, String property) {
	}

	/**
	 * Returns the families in the properties, by their prefixes.
	 * @throws InvalidPropertyException if a setting cannot be used, or if two families
	 * would share members
	 */
	private static NavigableMap<String, NamedFamily<?>> families(Environment environment) {
		NavigableMap<String, NamedFamily<?>> families = new TreeMap<>();
		StructureSettings.bind(environment, FAMILIES, AppendOnlyProperties.Family.class).forEach((name, family) -> {
			String property = StructureSettings.property(FAMILIES, name);
			Stack stack = family.stack();
			stack.requireBounds(property);
			NamedFamily<?> named = new NamedFamily<>(name, StructureSettings.requireType(property, family.type()),
					stack, property);
			String prefix = family.prefix(name);
			requireApart(prefix, named, families);
			families.put(prefix, named);
		});
		return families;
	}

	private static void requireApart(String prefix, NamedFamily<?> family, Map<String, NamedFamily<?>> others) {
		if (prefix.isBlank() || prefix.length() >= MAX_PREFIX) {
			throw new InvalidPropertyException(
					family.property() + ".prefix must be a text of 1 to " + (MAX_PREFIX - 1) + " characters, but is \""
							+ prefix + "\"",
					"Set " + family.property() + ".prefix to the beginning of the names of its stacks.");
		}
		others.forEach((otherPrefix, other) -> {
			if (prefix.startsWith(otherPrefix) || otherPrefix.startsWith(prefix)) {
				throw new InvalidPropertyException(
						other.property() + " and " + family.property() + " share members: their prefixes are \""
								+ otherPrefix + "\" and \"" + prefix + "\", and one begins with the other",
						"Change " + family.property() + ".prefix, or rename one of the two families.");
			}
		});
	}

	/**
	 * Makes the settings of all stacks and families in the properties known, before there
	 * are beans of them.
	 */
	static void declare(AppendOnlyStructures structures, Environment environment) {
		StructureSettings.bind(environment, STACKS, Stack.class).forEach((name, stack) -> {
			Class<?> type = StructureSettings.requireType(StructureSettings.property(STACKS, name), stack.type());
			structures.stack(name, type, stack::applyTo);
		});
		families(environment)
			.forEach((prefix, family) -> structures.family(prefix, family.type(), family.stack()::applyTo));
	}

	private static <T> void register(BeanRegistry registry, NamedFamily<T> family, String prefix) {
		ParameterizedTypeReference<Family<T>> type = generic(Family.class, family.type());
		registry.registerBean(beanName(family.name(), family.property()), type,
				(spec) -> spec.description(family.property())
					.supplier((context) -> context.bean(AppendOnlyStructures.class)
						.family(prefix, family.type(), family.stack()::applyTo)));
	}

	private static <T> void register(BeanRegistry registry, String name, Stack stack, Class<T> type, String property) {
		String bean = beanName(name, property);
		ParameterizedTypeReference<AppendStack<T>> stackType = generic(AppendStack.class, type);
		registry.registerBean(bean, stackType, (spec) -> spec.description(property)
			.supplier((context) -> context.bean(AppendOnlyStructures.class).stack(name, type, stack::applyTo)));
		if (stack.archive()) {
			ParameterizedTypeReference<Archive<T>> archiveType = generic(Archive.class, type);
			registry.registerBean(bean + "Archive", archiveType, (spec) -> spec.description(property)
				.supplier((context) -> context.bean(AppendOnlyStructures.class).archive(name, type)));
			ParameterizedTypeReference<History<T>> historyType = generic(History.class, type);
			registry.registerBean(bean + "History", historyType,
					(spec) -> spec.description(property).supplier((context) -> {
						AppendOnlyStructures structures = context.bean(AppendOnlyStructures.class);
						return new History<>(structures.stack(name, type, stack::applyTo),
								structures.archive(name, type));
					}));
		}
	}

	private static <T> void register(BeanRegistry registry, String name, AppendOnlyProperties.Accumulator accumulator,
			Class<T> type, String property) {
		ParameterizedTypeReference<Accumulator<T>> accumulatorType = generic(Accumulator.class, type);
		registry.registerBean(beanName(name, property), accumulatorType,
				(spec) -> spec.description(property)
					.supplier((context) -> context.bean(AppendOnlyStructures.class)
						.accumulator(name, type, accumulator::applyTo)));
	}

	private static <B> ParameterizedTypeReference<B> generic(Class<?> structure, Class<?> type) {
		return ParameterizedTypeReference.forType(ResolvableType.forClassWithGenerics(structure, type).getType());
	}

	private static String beanName(String name, String property) {
		String bean = camelCase(name);
		if (TAKEN.contains(bean)) {
			throw new InvalidPropertyException(
					property + " makes a bean of the name '" + bean + "', which Spring uses itself",
					"Rename it, or remove it from the properties and declare a bean for it with AppendOnlyStructures.");
		}
		return bean;
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
