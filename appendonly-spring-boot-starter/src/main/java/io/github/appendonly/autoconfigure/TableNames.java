package io.github.appendonly.autoconfigure;

import java.util.Locale;

import org.hibernate.boot.model.naming.Identifier;
import org.hibernate.boot.model.naming.PhysicalNamingStrategy;
import org.hibernate.boot.model.naming.PhysicalNamingStrategySnakeCaseImpl;
import org.hibernate.engine.jdbc.env.spi.JdbcEnvironment;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.util.ClassUtils;

/**
 * Gives our tables the configured prefix, and leaves all other names to the strategy that
 * the application uses.
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
	 * Wraps a strategy in the form in which Hibernate's settings may have it.
	 */
	static TableNames wrap(@Nullable Object strategy, String prefix) {
		return new TableNames(instance(strategy), prefix);
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
		return new PhysicalNamingStrategySnakeCaseImpl();
	}

	/**
	 * Puts the prefix into a script or a name in place of the default one.
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
