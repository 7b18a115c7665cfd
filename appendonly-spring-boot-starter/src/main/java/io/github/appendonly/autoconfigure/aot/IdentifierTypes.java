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
 * The classes that identifiers of entities are made of: they are what a structure of
 * entities stores.
 */
final class IdentifierTypes {

	/*
	 * When an application is built there is no metamodel to ask, so this goes by the
	 * annotations. Of an identifier class the fields count, whether or not there are
	 * methods to read them, as it may have been made for JPA alone.
	 */

	private final Set<Class<?>> types = new LinkedHashSet<>();

	private IdentifierTypes() {
	}

	/**
	 * The identifier class of an entity, and the classes of its parts. Whatever needs no
	 * reflection is left out: numbers, texts and the like.
	 * @param item the type of a structure's items
	 * @return the classes; none if it is no entity
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
	 * Adds a class with its parts. An entity that is part of another one's identifier is
	 * represented by its own identifier in the other one's identifier class.
	 */
	private void add(Class<?> type) {
		boolean plain = BeanUtils.isSimpleProperty(type) || type.getName().startsWith("java.");
		if (!plain && !type.isAnnotationPresent(Entity.class) && this.types.add(type)) {
			ReflectionUtils.doWithFields(type, (field) -> add(field.getType()), ReflectionUtils.COPYABLE_FIELDS);
		}
	}

}
