package io.github.appendonly.jpa.entity;

/**
 * Thrown when the persistence unit does not have the entities of the structures.
 */
public class EntitiesNotManagedException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param entity an entity that is missing
	 */
	public EntitiesNotManagedException(Class<?> entity) {
		super("The persistence unit does not manage " + entity.getName());
	}

}
