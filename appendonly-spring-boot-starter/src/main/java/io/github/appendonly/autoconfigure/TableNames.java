package io.github.appendonly.autoconfigure;

import java.util.Locale;
import java.util.Map;

import org.hibernate.boot.model.naming.Identifier;
import org.hibernate.boot.model.naming.PhysicalNamingStrategy;
import org.hibernate.boot.model.naming.PhysicalNamingStrategyStandardImpl;
import org.hibernate.cfg.MappingSettings;
import org.hibernate.engine.jdbc.env.spi.JdbcEnvironment;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.util.ClassUtils;

/**
 * Gives the starter's tables the configured prefix, and leaves all other names to the
 * application's own strategy.
 */
final class TableNames implements PhysicalNamingStrategy {

	static final String DEFAULT_PREFIX = "appendonly_";

	private final PhysicalNamingStrategy others;

	private final String prefix;

	TableNames(PhysicalNamingStrategy others, String prefix) {
		this.others = others;
		this.prefix = prefix;
	}

	/**
	 * Wraps the strategy of a persistence unit. If there is none, and the prefix is the
	 * default one, nothing needs to be done.
	 * @param settings the unit's settings
	 * @param prefix the prefix of the starter's tables
	 */
	static void useIn(Map<String, Object> settings, String prefix) {
		Object strategy = settings.get(MappingSettings.PHYSICAL_NAMING_STRATEGY);
		if (strategy != null || !prefix.equals(DEFAULT_PREFIX)) {
			settings.put(MappingSettings.PHYSICAL_NAMING_STRATEGY, new TableNames(instance(strategy), prefix));
		}
	}

	private static PhysicalNamingStrategy instance(@Nullable Object strategy) {
		if (strategy instanceof PhysicalNamingStrategy instance) {
			return instance;
		}
		if (strategy instanceof Class<?> type) {
			return (PhysicalNamingStrategy) BeanUtils.instantiateClass(type);
		}
		if (strategy instanceof String name) {
			return (PhysicalNamingStrategy) BeanUtils.instantiateClass(ClassUtils.resolveClassName(name, null));
		}
		return PhysicalNamingStrategyStandardImpl.INSTANCE;
	}

	/**
	 * Replaces the default prefix in a script or a name.
	 */
	static String withPrefix(String text, String prefix) {
		return text.replace(DEFAULT_PREFIX, prefix);
	}

	@Override
	public Identifier toPhysicalTableName(Identifier logicalName, JdbcEnvironment environment) {
		boolean ours = logicalName.getText().toLowerCase(Locale.ROOT).startsWith(DEFAULT_PREFIX);
		return ours ? Identifier.toIdentifier(withPrefix(logicalName.getText(), this.prefix))
				: this.others.toPhysicalTableName(logicalName, environment);
	}

	@Override
	public @Nullable Identifier toPhysicalCatalogName(@Nullable Identifier logicalName, JdbcEnvironment environment) {
		return this.others.toPhysicalCatalogName(logicalName, environment);
	}

	@Override
	public @Nullable Identifier toPhysicalSchemaName(@Nullable Identifier logicalName, JdbcEnvironment environment) {
		return this.others.toPhysicalSchemaName(logicalName, environment);
	}

	@Override
	public Identifier toPhysicalSequenceName(Identifier logicalName, JdbcEnvironment environment) {
		return this.others.toPhysicalSequenceName(logicalName, environment);
	}

	@Override
	public Identifier toPhysicalColumnName(Identifier logicalName, JdbcEnvironment environment) {
		return this.others.toPhysicalColumnName(logicalName, environment);
	}

}
