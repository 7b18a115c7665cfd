package io.github.appendonly.jpa.entity;

import java.lang.reflect.Field;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import jakarta.persistence.Column;
import org.hibernate.boot.Metadata;
import org.hibernate.boot.model.naming.Identifier;
import org.hibernate.boot.model.relational.SqlStringGenerationContext;
import org.hibernate.boot.spi.BootstrapContext;
import org.hibernate.engine.jdbc.connections.spi.JdbcConnectionAccess;
import org.hibernate.engine.jdbc.env.spi.JdbcEnvironment;
import org.hibernate.engine.jdbc.spi.JdbcServices;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.integrator.spi.Integrator;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.Table;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ReflectionUtils;

/**
 * Gives the tables and columns of the structures the names that the scripts use. No
 * setting of the persistence unit can change them: no naming strategy, no quoting, and no
 * XML mapping.
 * <p>
 * Hibernate finds this class by itself, for each persistence unit that has the entities.
 */
public final class FixedNames implements Integrator {

	/*
	 * A naming strategy cannot do this, because it is not told which table a column
	 * belongs to. Here the mapping is complete, and nothing has been made of it yet:
	 * neither queries nor tables.
	 *
	 * The scripts have no quotes. Where Hibernate insists on quotes, the name has the
	 * letters that the database stores for a name without them. So has the schema, which
	 * may be a reserved word. Hibernate believes in upper case where the database keeps
	 * the letters of such names as they are, as H2 does with DATABASE_TO_UPPER=FALSE.
	 */

	/** The prefix of the tables in the entities and the scripts. */
	public static final String DEFAULT_PREFIX = "appendonly_";

	/** The setting of a persistence unit for the prefix of the tables. */
	public static final String PREFIX_SETTING = "appendonly.table_prefix";

	/**
	 * The setting of a persistence unit for a {@code Consumer<String>}. It is called with
	 * the prefix of the tables, including the schema if the persistence unit has one,
	 * before Hibernate validates or changes any table.
	 */
	public static final String LISTENER_SETTING = "appendonly.table_names_listener";

	private static final Set<String> ENTITY_NAMES = new HashSet<>(
			AppendOnlyEntities.ENTITIES.stream().map(Class::getName).toList());

	@Override
	public void integrate(Metadata metadata, BootstrapContext bootstrapContext,
			SessionFactoryImplementor sessionFactory) {
		List<PersistentClass> ours = metadata.getEntityBindings()
			.stream()
			.filter((entity) -> ENTITY_NAMES.contains(entity.getClassName()))
			.toList();
		if (ours.isEmpty()) {
			return;
		}
		String prefix = String.valueOf(sessionFactory.getProperties().getOrDefault(PREFIX_SETTING, DEFAULT_PREFIX));
		JdbcEnvironment database = sessionFactory.getJdbcServices().getJdbcEnvironment();
		SqlStringGenerationContext names = sessionFactory.getSqlStringGenerationContext();
		boolean quotes = names.getDefaultSchema() != null || ours.stream()
			.flatMap((entity) -> entity.getTable().getColumns().stream())
			.anyMatch(org.hibernate.mapping.Column::isQuoted);
		boolean keepsCase = quotes && keepsCase(sessionFactory);
		String schema = schema(names.getDefaultSchema(), keepsCase, database);
		UnaryOperator<String> asStored = (name) -> asStored(name, keepsCase, database);
		ours.forEach((entity) -> fix(entity, prefix, schema, asStored));
		if (sessionFactory.getProperties().get(LISTENER_SETTING) instanceof Consumer<?> listener) {
			tell(listener, qualifiedPrefix(ours.get(0).getTable(), prefix, names));
		}
	}

	/**
	 * Returns whether the database keeps the letters of names without quotes, and tells
	 * upper from lower case in them. It is not asked if Hibernate must not ask it.
	 */
	private static boolean keepsCase(SessionFactoryImplementor sessionFactory) {
		JdbcServices services = sessionFactory.getJdbcServices();
		if (services.getJdbcEnvironment().getExtractedDatabaseMetaData().getDatabaseProductName() == null) {
			return false;
		}
		JdbcConnectionAccess connections = services.getBootstrapJdbcConnectionAccess();
		try {
			Connection connection = connections.obtainConnection();
			try {
				return connection.getMetaData().supportsMixedCaseIdentifiers();
			}
			finally {
				connections.releaseConnection(connection);
			}
		}
		catch (SQLException ex) {
			return false; // the start fails at the next statement
		}
	}

	/**
	 * Returns the quoted name of the default schema.
	 */
	private static @Nullable String schema(@Nullable Identifier schema, boolean keepsCase, JdbcEnvironment database) {
		if (schema == null) {
			return null;
		}
		return quoted(keepsCase ? schema.getText() : database.getIdentifierHelper().toMetaDataSchemaName(schema));
	}

	/**
	 * Returns a name of the scripts, where it stands without quotes, as a quoted name.
	 */
	private static String asStored(String name, boolean keepsCase, JdbcEnvironment database) {
		return quoted(
				keepsCase ? name : database.getIdentifierHelper().toMetaDataObjectName(Identifier.toIdentifier(name)));
	}

	private static String quoted(String name) {
		return Identifier.toIdentifier(name, true).render();
	}

	@SuppressWarnings("unchecked")
	private static void tell(Consumer<?> listener, String qualifiedPrefix) {
		((Consumer<String>) listener).accept(qualifiedPrefix);
	}

	private static String qualifiedPrefix(Table table, String prefix, SqlStringGenerationContext names) {
		String name = names.format(table.getQualifiedTableName());
		return name.substring(0, name.length() - table.getName().length()) + prefix;
	}

	private static void fix(PersistentClass entity, String prefix, @Nullable String schema,
			UnaryOperator<String> asStored) {
		Table table = entity.getTable();
		String name = entity.getMappedClass().getAnnotation(jakarta.persistence.Table.class).name();
		table.setName(prefix + name.substring(DEFAULT_PREFIX.length()));
		if (schema != null) {
			table.setSchema(schema);
		}
		fixColumns(entity, asStored);
	}

	private static void fixColumns(PersistentClass entity, UnaryOperator<String> asStored) {
		Table table = entity.getTable();
		Map<String, String> names = new HashMap<>();
		List<Property> properties = properties(entity).toList();
		properties.forEach((property) -> property.getColumns()
			.forEach((column) -> names.put(column.getQuotedName(), name(entity.getMappedClass(), property))));
		List<org.hibernate.mapping.Column> columns = new ArrayList<>(table.getColumns());
		properties.forEach((property) -> columns.addAll(property.getColumns()));
		columns.addAll(table.getPrimaryKey().getColumns());
		table.getUniqueKeys().values().forEach((key) -> columns.addAll(key.getColumns()));
		for (org.hibernate.mapping.Column column : columns) {
			String fixed = names.get(column.getQuotedName());
			if (fixed != null) {
				column.setName(column.isQuoted() ? asStored.apply(fixed) : fixed);
			}
		}
		table.reorderColumns(List.copyOf(table.getColumns()));
	}

	private static Stream<Property> properties(PersistentClass entity) {
		Stream<Property> identifiers = (entity.getIdentifier() instanceof Component key) ? key.getProperties().stream()
				: Stream.ofNullable(entity.getIdentifierProperty());
		Component mapper = entity.getIdentifierMapper();
		Stream<Property> mapped = (mapper != null) ? mapper.getProperties().stream() : Stream.of();
		return Stream
			.of(identifiers, mapped,
					entity.getProperties().stream().filter((property) -> !(property.getValue() instanceof Component)))
			.flatMap((properties) -> properties);
	}

	private static String name(Class<?> entity, Property property) {
		Field field = Objects.requireNonNull(ReflectionUtils.findField(entity, property.getName()), property::getName);
		return field.getAnnotation(Column.class).name();
	}

}
