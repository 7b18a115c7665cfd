package io.github.appendonly.autoconfigure.aot;

import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import org.springframework.beans.BeanUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The classes of an entity's identifier. A structure of entities stores the identifiers.
 */
final class IdentifierTypes {

	/*
	 * There is no metamodel when an application is built, so the annotations decide. All
	 * fields of an identifier class count, with or without accessors, since the class may
	 * have been written for JPA alone.
	 */

	private final Set<Class<?>> types = new LinkedHashSet<>();

	private IdentifierTypes() {
	}

	/**
	 * The identifier class of an entity, and the classes of its parts. Types that need no
	 * reflection are left out, such as numbers and texts.
	 * @param item the type of a structure's items
	 * @return the classes; none if the type is not an entity
	 */
	static Set<Class<?>> of(Class<?> item) {
		IdentifierTypes identifiers = new IdentifierTypes();
		if (item.isAnnotationPresent(Entity.class)) {
			for (Class<?> type = item; type != null; type = type.getSuperclass()) {
				identifiers.addDeclaredBy(type);
			}
		}
		return identifiers.types;
	}

	private void addDeclaredBy(Class<?> entity) {
		IdClass idClass = entity.getAnnotation(IdClass.class);
		if (idClass != null) {
			add(idClass.value());
		}
		Arrays.stream(entity.getDeclaredFields())
			.filter(IdentifierTypes::identifies)
			.forEach((field) -> add(field.getType()));
		Arrays.stream(entity.getDeclaredMethods())
			.filter(IdentifierTypes::identifies)
			.forEach((method) -> add(method.getReturnType()));
	}

	private static boolean identifies(AnnotatedElement attribute) {
		return attribute.isAnnotationPresent(Id.class) || attribute.isAnnotationPresent(EmbeddedId.class);
	}

	/**
	 * Adds a class with its parts. Entities are left out: if an entity is part of another
	 * one's identifier, the identifier class has its identifier instead.
	 */
	private void add(Class<?> type) {
		boolean plain = BeanUtils.isSimpleProperty(type) || type.getName().startsWith("java.");
		if (!plain && !type.isAnnotationPresent(Entity.class) && this.types.add(type)) {
			ReflectionUtils.doWithFields(type, (field) -> add(field.getType()), ReflectionUtils.COPYABLE_FIELDS);
		}
	}

}
