package io.github.appendonly.jpa.entity;

import java.util.List;

import jakarta.persistence.EntityManagerFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.orm.jpa.persistenceunit.MutablePersistenceUnitInfo;
import org.springframework.orm.jpa.persistenceunit.PersistenceUnitPostProcessor;

/**
 * Adds the entities of the structures to a persistence unit, in addition to the entities
 * that it scans or lists.
 * <p>
 * Auto-configuration does this for each {@code EntityManagerFactory} that is made with
 * Spring Boot's builder. For a hand-made one, call
 * {@code factoryBean.setPersistenceUnitPostProcessors(new AppendOnlyEntities())}.
 */
public final class AppendOnlyEntities implements PersistenceUnitPostProcessor {

	/*
	 * The rows are read as records and written by statements, never as entity objects. So
	 * the entity classes are abstract. Hibernate makes no proxy class for an abstract
	 * entity with concrete proxies, and applications start faster.
	 */

	public static final List<Class<?>> ENTITIES = List.of(StackRow.class, SliceRow.class, InboxRow.class,
			AccumulatorRow.class, ArchivedLayerRow.class, SetAsideRow.class, SubscriberRow.class, KeyRow.class);

	private final @Nullable String persistenceUnit;

	/**
	 * Adds the entities to any persistence unit.
	 */
	public AppendOnlyEntities() {
		this(null);
	}

	/**
	 * Adds the entities to one persistence unit only.
	 * @param persistenceUnit the name of the unit; null for any unit
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
	 * Checks that a persistence unit has the entities.
	 * @param entityManagerFactory the persistence unit
	 * @throws EntitiesNotManagedException if an entity is missing
	 */
	public static void requireIn(EntityManagerFactory entityManagerFactory) {
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

}
