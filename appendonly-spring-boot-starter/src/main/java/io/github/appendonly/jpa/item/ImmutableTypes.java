package io.github.appendonly.jpa.item;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Recognizes types whose values cannot be changed, however they are read: records of such
 * types, enums, and some types of the JDK.
 */
final class ImmutableTypes {

	private static final Set<Class<?>> KNOWN = Set.of(String.class, Boolean.class, Byte.class, Short.class,
			Integer.class, Long.class, Float.class, Double.class, Character.class, BigDecimal.class, BigInteger.class,
			UUID.class, URI.class);

	/** Each handle asks, and the components of a record take long to look up. */
	private static final ClassValue<Boolean> IMMUTABLE = new ClassValue<>() {

		@Override
		protected Boolean computeValue(Class<?> type) {
			return contain(type, new HashSet<>());
		}

	};

	private ImmutableTypes() {
	}

	static boolean contain(Type type) {
		return type instanceof Class<?> itemClass && IMMUTABLE.get(itemClass);
	}

	/**
	 * A type that refers to itself is not examined again.
	 */
	private static boolean contain(Class<?> type, Set<Class<?>> pending) {
		if (type.isPrimitive() || type.isEnum() || KNOWN.contains(type) || type.getPackageName().equals("java.time")
				|| !pending.add(type)) {
			return true;
		}
		if (type.isSealed()) {
			return type.isInterface() && containAll(type.getPermittedSubclasses(), pending);
		}
		if (!type.isRecord()) {
			return false;
		}
		RecordComponent[] components = type.getRecordComponents();
		Class<?>[] types = new Class<?>[components.length];
		for (int i = 0; i < types.length; i++) {
			types[i] = components[i].getType();
		}
		return containAll(types, pending);
	}

	private static boolean containAll(Class<?>[] types, Set<Class<?>> pending) {
		for (Class<?> type : types) {
			if (!contain(type, pending)) {
				return false;
			}
		}
		return true;
	}

}
