package io.github.appendonly.jpa;

import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import jakarta.persistence.EntityManagerFactory;
import org.hibernate.JDBCException;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.jspecify.annotations.Nullable;
import org.springframework.orm.jpa.persistenceunit.MutablePersistenceUnitInfo;
import org.springframework.orm.jpa.persistenceunit.PersistenceUnitPostProcessor;

/**
 * Adds the entities of the structures to a persistence unit, whatever else it scans or
 * lists.
 * <p>
 * Auto-configuration does so for each {@code EntityManagerFactory} that is made with
 * Spring Boot's builder. For one that is made by hand:
 * {@code factoryBean.setPersistenceUnitPostProcessors(new AppendOnlyEntities())}.
 */
public final class AppendOnlyEntities implements PersistenceUnitPostProcessor {

	static final List<Class<?>> ENTITIES = List.of(StackRow.class, SliceRow.class, InboxRow.class, AccumulatorRow.class,
			ArchivedLayerRow.class);

	/** What PostgreSQL says of a table that is not there, and what H2 says. */
	private static final Set<String> TABLE_NOT_FOUND = Set.of("42P01", "42S02", "42S03", "42S04");

	private final @Nullable String persistenceUnit;

	/**
	 * Adds the entities to any persistence unit.
	 */
	public AppendOnlyEntities() {
		this(null);
	}

	/**
	 * Adds the entities to one persistence unit only.
	 * @param persistenceUnit the name of the unit; null for any
	 */
	public AppendOnlyEntities(@Nullable String persistenceUnit) {
		this.persistenceUnit = persistenceUnit;
	}

	@Override
	public void postProcessPersistenceUnitInfo(MutablePersistenceUnitInfo unit) {
		if (this.persistenceUnit == null || this.persistenceUnit.equals(unit.getPersistenceUnitName())) {
			List<String> managed = unit.getManagedClassNames();
			addMissing(unit, managed, QueueRow.class);
			ENTITIES.forEach((entity) -> addMissing(unit, managed, entity));
		}
	}

	private static void addMissing(MutablePersistenceUnitInfo unit, List<String> managed, Class<?> type) {
		if (!managed.contains(type.getName())) {
			unit.addManagedClassName(type.getName());
		}
	}

	/**
	 * Makes sure that a persistence unit has the entities.
	 * @param entityManagerFactory the persistence unit
	 * @throws EntitiesNotManagedException if one is missing
	 */
	static void requireIn(EntityManagerFactory entityManagerFactory) {
		for (Class<?> entity : ENTITIES) {
			boolean managed = entityManagerFactory.getMetamodel()
				.getEntities()
				.stream()
				.anyMatch((type) -> type.getJavaType() == entity);
			if (!managed) {
				throw new EntitiesNotManagedException(entity);
			}
		}
	}

	/**
	 * Makes sure that the database has the tables of the entities.
	 * @param entityManagerFactory the persistence unit
	 * @throws TablesMissingException if one is missing
	 */
	static void requireTablesOf(EntityManagerFactory entityManagerFactory) {
		SessionFactoryImplementor sessionFactory = entityManagerFactory.unwrap(SessionFactoryImplementor.class);
		String tables = ENTITIES.stream()
			.map((entity) -> Tables.name(sessionFactory, entity))
			.collect(Collectors.joining(", "));
		try (StatelessSession session = sessionFactory.openStatelessSession()) {
			session.doWork((connection) -> {
				try (Statement statement = connection.createStatement()) {
					statement.execute("select 1 from " + tables + " where 1 = 0");
				}
			});
		}
		catch (JDBCException ex) {
			if (TABLE_NOT_FOUND.contains(String.valueOf(ex.getSQLState()))) {
				throw new TablesMissingException(
						String.valueOf(ex.getSQLException().getMessage()).lines().findFirst().orElse(""), ex);
			}
			throw ex;
		}
	}

}
