package io.github.appendonly.autoconfigure;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Gives each structure in the properties one name, in kebab-case, however properties and
 * environment variables write it: {@code recentOrders}, {@code recent_orders} and
 * {@code RECENT_ORDERS} are {@code recent-orders}. A name in brackets is taken as it is.
 */
final class CanonicalNames {

	/*
	 * Spring Boot takes spellings of a property for equal, but not those of a key of a
	 * map. And an environment variable does not tell where a name ends. It ends before
	 * the shortest text that is a setting.
	 *
	 * RECENTORDERS has lost the hyphen. So the name is the one with hyphens, if another
	 * property has that. An environment variable never renames what a file names.
	 */

	/**
	 * A property below the root.
	 *
	 * @param name the name of the structure in kebab-case
	 * @param rest the name of the setting
	 * @param variable whether it is an environment variable
	 * @param property the property as it is written
	 */
	private record Setting(String name, ConfigurationPropertyName rest, boolean variable,
			ConfigurationProperty property) {

		String uniformName() {
			return this.name.replace("-", "");
		}

	}

	/**
	 * The properties of one source.
	 *
	 * @param source the source
	 * @param settings the settings of structures
	 * @param others everything else below the root, which keeps its name
	 */
	private record Read(IterableConfigurationPropertySource source, List<Setting> settings,
			List<ConfigurationProperty> others) {
	}

	/**
	 * A source with the properties of another one, renamed.
	 */
	private record Renamed(IterableConfigurationPropertySource source,
			Map<ConfigurationPropertyName, ConfigurationProperty> properties)
			implements
				IterableConfigurationPropertySource {

		@Override
		public Stream<ConfigurationPropertyName> stream() {
			return this.properties.keySet().stream();
		}

		@Override
		public @Nullable ConfigurationProperty getConfigurationProperty(ConfigurationPropertyName name) {
			return this.properties.get(name);
		}

		@Override
		public @Nullable Object getUnderlyingSource() {
			return this.source.getUnderlyingSource();
		}

	}

	private final ConfigurationPropertyName root;

	/** The settings of a structure in kebab-case, by their names without hyphens. */
	private final Map<String, String> settings = new HashMap<>();

	/**
	 * Creates the names.
	 * @param root the property below which the structures are
	 * @param type the settings of one structure
	 */
	CanonicalNames(String root, Class<?> type) {
		this.root = ConfigurationPropertyName.of(root);
		for (RecordComponent component : type.getRecordComponents()) {
			String setting = DataObjectPropertyName.toDashedForm(component.getName());
			this.settings.put(setting.replace("-", ""), setting);
		}
	}

	/**
	 * Returns a binder for the properties below the root.
	 * @throws InvalidPropertyException if one structure has two names or two values for a
	 * setting
	 */
	Binder binder(Environment environment) {
		List<ConfigurationPropertySource> sources = new ArrayList<>();
		List<Read> read = new ArrayList<>();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				read.add(read(iterable));
			}
			else {
				sources.add(source);
			}
		}
		Map<String, String> names = names(read.stream().flatMap((one) -> one.settings().stream()).toList());
		requireDistinct(names, read);
		sources.addAll(read.stream().map((one) -> renamed(one, names)).toList());
		return new Binder(sources, new PropertySourcesPlaceholdersResolver(environment));
	}

	private Read read(IterableConfigurationPropertySource source) {
		Read read = new Read(source, new ArrayList<>(), new ArrayList<>());
		boolean variables = source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
		source.stream().filter(this.root::isAncestorOf).forEach((name) -> {
			ConfigurationProperty property = source.getConfigurationProperty(name);
			if (property != null) {
				Optional<Setting> setting = variables ? variable(property) : setting(property);
				setting.ifPresentOrElse(read.settings()::add, () -> read.others().add(property));
			}
		});
		return read;
	}

	private Optional<Setting> setting(ConfigurationProperty property) {
		int first = this.root.getNumberOfElements();
		ConfigurationPropertyName name = property.getName();
		String kebab = kebabCase(name.getElement(first, Form.ORIGINAL));
		boolean isWord = !name.chop(first + 1).isLastElementIndexed() && ConfigurationPropertyName.isValid(kebab);
		return isWord ? Optional.of(new Setting(kebab, name.subName(first + 1), false, property)) : Optional.empty();
	}

	private Optional<Setting> variable(ConfigurationProperty property) {
		List<String> elements = new ArrayList<>();
		ConfigurationPropertyName name = property.getName();
		for (int i = this.root.getNumberOfElements(); i < name.getNumberOfElements(); i++) {
			elements.add(name.getElement(i, Form.UNIFORM));
		}
		for (int end = elements.size() - 1; end > 0; end--) {
			String setting = this.settings.get(String.join("", elements.subList(end, elements.size())));
			if (setting != null) {
				return Optional.of(new Setting(String.join("-", elements.subList(0, end)),
						ConfigurationPropertyName.of(setting), true, property));
			}
		}
		return Optional.empty();
	}

	/**
	 * Turns {@code recentOrders} and {@code recent_orders} into {@code recent-orders}.
	 */
	static String kebabCase(String name) {
		return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-")
			.replace('_', '-')
			.toLowerCase(Locale.ROOT);
	}

	/**
	 * Chooses the names.
	 * @return the names, by the names without hyphens
	 */
	private Map<String, String> names(List<Setting> settings) {
		Map<String, List<Setting>> bySpelling = settings.stream()
			.collect(Collectors.groupingBy(Setting::uniformName, TreeMap::new, Collectors.toList()));
		Map<String, String> names = new HashMap<>();
		bySpelling.forEach((uniform, spelled) -> {
			List<Setting> inFiles = spelled.stream().filter((setting) -> !setting.variable()).toList();
			names.put(uniform, name(uniform, inFiles.isEmpty() ? spelled : inFiles));
		});
		return names;
	}

	private String name(String uniform, List<Setting> settings) {
		Map<String, Setting> hyphened = new TreeMap<>();
		settings.stream()
			.filter((setting) -> setting.name().contains("-"))
			.forEach((setting) -> hyphened.putIfAbsent(setting.name(), setting));
		if (hyphened.size() > 1) {
			List<Setting> two = List.copyOf(hyphened.values());
			throw new InvalidPropertyException(
					two.get(0).property().getName() + " and " + two.get(1).property().getName()
							+ " belong to one structure, because hyphens do not count, but give it two names",
					"Write its name in the same way everywhere, or rename one of the two structures.");
		}
		return hyphened.isEmpty() ? uniform : hyphened.keySet().iterator().next();
	}

	/**
	 * Checks that no name in brackets is the name of another structure too.
	 */
	private void requireDistinct(Map<String, String> names, List<Read> read) {
		Set<String> canonical = new TreeSet<>(names.values());
		int first = this.root.getNumberOfElements();
		read.stream()
			.flatMap((one) -> one.others().stream())
			.map(ConfigurationProperty::getName)
			.filter((name) -> canonical.contains(name.getElement(first, Form.ORIGINAL)))
			.findFirst()
			.ifPresent((name) -> {
				String twice = name.getElement(first, Form.ORIGINAL);
				throw new InvalidPropertyException(
						name + " and " + this.root + "." + twice + " are settings of one structure",
						"Write its name without brackets everywhere, or rename one of the two structures.");
			});
	}

	private ConfigurationPropertySource renamed(Read read, Map<String, String> names) {
		Map<ConfigurationPropertyName, ConfigurationProperty> properties = new LinkedHashMap<>();
		read.others().forEach((property) -> properties.put(property.getName(), property));
		for (Setting setting : read.settings()) {
			ConfigurationProperty written = setting.property();
			ConfigurationPropertyName name = this.root.append(names.get(setting.uniformName())).append(setting.rest());
			ConfigurationProperty other = properties.putIfAbsent(name,
					new ConfigurationProperty(name, written.getValue(), written.getOrigin()));
			if (other != null && !other.getValue().equals(written.getValue())) {
				throw new InvalidPropertyException(name + " is set twice in one place, to \"" + other.getValue()
						+ "\" and, as " + written.getName() + ", to \"" + written.getValue() + "\"",
						"Remove one of the two.");
			}
		}
		return new Renamed(read.source(), properties);
	}

}
