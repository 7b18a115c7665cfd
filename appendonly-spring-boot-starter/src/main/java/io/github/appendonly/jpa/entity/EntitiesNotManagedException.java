package io.github.appendonly.jpa.entity;

/**
 * The persistence unit does not have the entities of the structures.
 */
public class EntitiesNotManagedException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Names an entity that is missing.
	 * @param entity the entity
	 */
	public EntitiesNotManagedException(Class<?> entity) {
		super("The persistence unit does not manage " + entity.getName());
	}

}
