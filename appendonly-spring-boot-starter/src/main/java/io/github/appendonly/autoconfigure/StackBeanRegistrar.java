package io.github.appendonly.autoconfigure;

import java.util.Set;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.History;
import io.github.appendonly.autoconfigure.AppendOnlyProperties.Stack;
import io.github.appendonly.jpa.AppendOnlyStructures;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/**
 * Registers a bean for each stack and each accumulator in the properties, and for the
 * archive and history of each archived stack.
 * <p>
 * The stack {@code recent-quakes} becomes the bean {@code recentQuakes}, with
 * {@code recentQuakesArchive} and {@code recentQuakesHistory} if it is archived. The
 * accumulator {@code sent-mails} becomes the bean {@code sentMails}. The beans' generic
 * types have the type of the items.
 */
public final class StackBeanRegistrar implements BeanRegistrar {

	static final String STACKS = "appendonly.stacks";

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
		StructureSettings.bind(environment, ACCUMULATORS, AppendOnlyProperties.Accumulator.class)
			.forEach((name, accumulator) -> {
				String property = StructureSettings.property(ACCUMULATORS, name);
				register(registry, name, StructureSettings.requireType(property, accumulator.type()), property);
			});
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

	private static <T> void register(BeanRegistry registry, String name, Class<T> type, String property) {
		ParameterizedTypeReference<Accumulator<T>> accumulatorType = generic(Accumulator.class, type);
		registry.registerBean(beanName(name, property), accumulatorType, (spec) -> spec.description(property)
			.supplier((context) -> context.bean(AppendOnlyStructures.class).accumulator(name, type)));
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
