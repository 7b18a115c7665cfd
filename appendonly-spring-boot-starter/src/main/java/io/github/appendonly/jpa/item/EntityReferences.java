package io.github.appendonly.jpa.item;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import io.github.appendonly.jpa.transaction.DatabaseFailures;
import jakarta.persistence.EntityManagerFactory;
import org.hibernate.OrderingMode;
import org.hibernate.RemovalsMode;
import org.hibernate.Session;
import org.hibernate.SessionCheckMode;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.mapping.NonAggregatedIdentifierMapping;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Stores items that are entities of one class by their identifiers, and loads the
 * entities when they are read.
 */
final class EntityReferences implements ItemCodec {

	/*
	 * The codec writes the identifier, and reads the identifier. Then load() gets many
	 * entities with one query. It uses the session of the calling thread if there is one.
	 * Otherwise it uses a session that is closed at once, as a repository does. So in a
	 * transaction, entities are managed and show the transaction's own changes. Elsewhere
	 * they are detached. No connection is held while another one is requested.
	 *
	 * An internal mapper writes the identifiers. Their stored form must not depend on the
	 * configuration of the application's mapper, or on the annotations of a class that
	 * was made for JPA. The fields of such a class make up the identifier. The mapper is
	 * strict: an identifier with a missing part would be that of another entity.
	 */

	private static final JsonMapper IDENTIFIERS = JsonMapper.builder()
		.disable(MapperFeature.USE_ANNOTATIONS)
		.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
				DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
		.changeDefaultVisibility((visibility) -> visibility.withVisibility(PropertyAccessor.GETTER, Visibility.NONE)
			.withVisibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
			.withVisibility(PropertyAccessor.SETTER, Visibility.NONE)
			.withVisibility(PropertyAccessor.FIELD, Visibility.ANY))
		.build();

	private final EntityManagerFactory entityManagerFactory;

	private final Session session;

	private final EntityPersister entity;

	private final Class<?> identifierType;

	private EntityReferences(EntityManagerFactory entityManagerFactory, EntityPersister entity) {
		if (entity.getIdentifierMapping() instanceof NonAggregatedIdentifierMapping identifier
				&& identifier.getIdClassEmbeddable() == null) {
			throw new IllegalArgumentException("The entity " + entity.getEntityName()
					+ " has several identifier attributes but no @IdClass, so it cannot be referred to");
		}
		this.entityManagerFactory = entityManagerFactory;
		this.session = (Session) SharedEntityManagerCreator.createSharedEntityManager(entityManagerFactory, null,
				Session.class);
		this.entity = entity;
		this.identifierType = entity.getIdentifierType().getReturnedClass();
	}

	/**
	 * Returns the references to the entities of a class.
	 * @param entityManagerFactory the persistence unit
	 * @param type the type of a structure's items
	 * @return the references, or nothing if the type is not an entity of the persistence
	 * unit
	 */
	static Optional<EntityReferences> of(EntityManagerFactory entityManagerFactory, Type type) {
		Class<?> itemClass = (type instanceof Class<?> plain) ? plain : (type instanceof JavaType javaType)
				? javaType.getRawClass() : ResolvableType.forType(type).resolve(Object.class);
		EntityPersister entity = entityManagerFactory.unwrap(SessionFactoryImplementor.class)
			.getMappingMetamodel()
			.findEntityDescriptor(itemClass);
		return Optional.ofNullable(entity).map((found) -> new EntityReferences(entityManagerFactory, found));
	}

	/**
	 * Writes the identifier of an entity. A proxy is not loaded for that.
	 * @throws IllegalStateException if the entity has no identifier yet
	 */
	@Override
	public String write(Object item, Type type) {
		Object identifier = this.entityManagerFactory.getPersistenceUnitUtil().getIdentifier(item);
		if (isMissing(identifier)) {
			throw new IllegalStateException("The entity has no identifier yet. Persist it before it is pushed");
		}
		return writeIdentifier(identifier);
	}

	private boolean isMissing(@Nullable Object identifier) {
		if (identifier == null
				|| Boolean.TRUE.equals(this.entity.getIdentifierMapping().getUnsavedStrategy().isUnsaved(identifier))) {
			return true;
		}
		JsonNode parts = IDENTIFIERS.valueToTree(identifier);
		return parts.isObject() && parts.values().stream().anyMatch(JsonNode::isNull);
	}

	String writeIdentifier(Object identifier) {
		return IDENTIFIERS.writeValueAsString(identifier);
	}

	/**
	 * Reads the identifier of an entity.
	 */
	@Override
	public Object read(String json, Type type) {
		return Objects.requireNonNull(IDENTIFIERS.readValue(json, this.identifierType), "The identifier is null");
	}

	/**
	 * Loads entities. It takes one query, unless all of them are already in the session.
	 * @param identifiers the identifiers, which may repeat
	 * @return the entities that exist, by their identifiers
	 */
	Map<Object, Object> load(List<?> identifiers) {
		List<Object> distinct = new ArrayList<>(new LinkedHashSet<>(identifiers));
		if (distinct.isEmpty()) {
			return Map.of();
		}
		try {
			List<?> entities = this.session.findMultiple(this.entity.getMappedClass(), distinct, OrderingMode.ORDERED,
					SessionCheckMode.ENABLED, RemovalsMode.REPLACE);
			Map<Object, Object> loaded = new HashMap<>();
			for (int i = 0; i < distinct.size(); i++) {
				Object entity = entities.get(i);
				if (entity != null) {
					loaded.put(distinct.get(i), entity);
				}
			}
			return loaded;
		}
		catch (RuntimeException ex) {
			throw DatabaseFailures.translated(ex);
		}
	}

}
