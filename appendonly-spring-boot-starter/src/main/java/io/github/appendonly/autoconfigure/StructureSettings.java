package io.github.appendonly.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.convert.ConverterNotFoundException;
import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;

/**
 * Reads the settings of the structures in the properties. Settings that cannot be used
 * fail with their name and value, and so do settings that do not exist, which the binder
 * alone would leave out.
 */
final class StructureSettings {

	private StructureSettings() {
	}

	/**
	 * Reads the settings of all structures of a kind.
	 * @param root the property below which they are, each with its name
	 * @param type the settings of one structure
	 * @return the settings, by name in kebab-case
	 * @throws InvalidPropertyException if a setting cannot be used
	 */
	static <S> Map<String, S> bind(Environment environment, String root, Class<S> type) {
		ValueCheck values = new ValueCheck(ConfigurationPropertyName.of(root));
		try {
			return new CanonicalNames(root, type).binder(environment)
				.bind(root, Bindable.mapOf(String.class, type), values)
				.orElse(Map.of());
		}
		catch (BindException ex) {
			if (ex.getCause() instanceof InvalidPropertyException invalid) {
				throw invalid;
			}
			if (ex.getCause() instanceof UnboundConfigurationPropertiesException unbound) {
				throw values.unknown(unbound.getUnboundProperties());
			}
			throw ex;
		}
	}

	/**
	 * Returns the name of the property below which a structure's settings are.
	 */
	static String property(String root, String name) {
		String plain = root + "." + name;
		return ConfigurationPropertyName.isValid(plain) && !name.contains(".") ? plain : root + "[" + name + "]";
	}

	/**
	 * Returns the type of a structure's items.
	 * @param property the property below which the structure's settings are
	 * @param type the type that is set, if any
	 * @return the type
	 * @throws InvalidPropertyException if no type is set
	 */
	static Class<?> requireType(String property, @Nullable Class<?> type) {
		if (type == null) {
			throw typeMissing(property);
		}
		return type;
	}

	private static InvalidPropertyException typeMissing(String property) {
		return new InvalidPropertyException(property + ".type is missing", "Set " + property
				+ ".type to the fully qualified name of the class of the items. For items of a generic type, declare a "
				+ "bean with AppendOnlyStructures and a new ParameterizedTypeReference<…>() {} instead.");
	}

	/**
	 * Names the setting whose value does not fit. A blank type counts as missing: the
	 * binder alone would leave out a structure that has nothing else.
	 */
	private static final class ValueCheck extends AbstractBindHandler {

		private final ConfigurationPropertyName root;

		private final Set<String> settings = new TreeSet<>();

		ValueCheck(ConfigurationPropertyName root) {
			super(new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
			this.root = root;
		}

		@Override
		public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target,
				BindContext context) {
			if (isSetting(name)) {
				this.settings.add(name.getLastElement(ConfigurationPropertyName.Form.ORIGINAL));
			}
			return super.onStart(name, target, context);
		}

		@Override
		public @Nullable Object onFailure(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
				Exception error) throws Exception {
			if (isSetting(name) && error instanceof ConversionFailedException failure) {
				throw unfit(name, target, Objects.requireNonNullElse(failure.getValue(), "").toString());
			}
			if (this.root.isParentOf(name) && error instanceof ConverterNotFoundException) {
				throw new InvalidPropertyException(name + " has a value of its own, but only its settings can have one",
						"Remove the value, and set " + name + ".type.");
			}
			return super.onFailure(name, target, context, error);
		}

		private static InvalidPropertyException unfit(ConfigurationPropertyName name, Bindable<?> target,
				String value) {
			Class<?> type = target.getType().resolve(Object.class);
			if (type == Class.class) {
				return new InvalidPropertyException(name + " names the class '" + value + "', which cannot be found",
						"Correct " + name + ": it is the fully qualified name of a class on the class path. A nested "
								+ "class is written with '$'.");
			}
			String expected = expected(type);
			return new InvalidPropertyException(name + " must be " + expected + ", but is \"" + value + "\"",
					"Set " + name + " to " + expected + ".");
		}

		private static String expected(Class<?> type) {
			if (type == Duration.class) {
				return "a time such as 90d";
			}
			if (type == DataSize.class) {
				return "a size such as 512MB";
			}
			return (type == boolean.class) ? "true or false"
					: "a whole number up to " + ((type == long.class) ? Long.MAX_VALUE : Integer.MAX_VALUE);
		}

		@Override
		public void onFinish(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
				@Nullable Object result) throws Exception {
			if (target.getType().resolve() == Class.class && result == null && isSet(name, context)) {
				throw typeMissing(name.getParent().toString());
			}
			super.onFinish(name, target, context, result);
		}

		private static boolean isSet(ConfigurationPropertyName name, BindContext context) {
			ConfigurationProperty property = context.getConfigurationProperty();
			return property != null && property.getName().equals(name);
		}

		private boolean isSetting(ConfigurationPropertyName name) {
			return this.root.isParentOf(name.getParent());
		}

		InvalidPropertyException unknown(Set<ConfigurationProperty> properties) {
			String message = properties.stream()
				.map((property) -> property.getName() + " is set to \"" + property.getValue()
						+ "\", but there is no such setting")
				.collect(Collectors.joining("; "));
			ConfigurationPropertyName first = properties.iterator().next().getName();
			String action = "The settings are " + String.join(", ", this.settings) + ": correct or remove " + first
					+ ".";
			return new InvalidPropertyException(message, isSetting(first) ? action : action + dotted(first));
		}

		/**
		 * Tells how to write a name that was meant to have dots or hyphens.
		 */
		private String dotted(ConfigurationPropertyName name) {
			int last = name.getNumberOfElements() - 1;
			StringBuilder dotted = new StringBuilder();
			StringBuilder hyphened = new StringBuilder();
			for (int i = this.root.getNumberOfElements(); i < last; i++) {
				String element = name.getElement(i, ConfigurationPropertyName.Form.ORIGINAL);
				dotted.append(dotted.isEmpty() ? "" : ".").append(element);
				hyphened.append(hyphened.isEmpty() ? "" : "-").append(element);
			}
			String setting = name.getLastElement(ConfigurationPropertyName.Form.ORIGINAL);
			return " If the name has dots, write " + this.root + "[" + dotted + "]." + setting
					+ ". If it has hyphens, write " + this.root + "." + hyphened + "." + setting + ".";
		}

	}

}
