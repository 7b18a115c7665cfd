package io.github.appendonly.jpa.item;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.regex.Pattern;

import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.ser.BeanSerializer;
import tools.jackson.databind.ser.PropertyWriter;
import tools.jackson.databind.ser.UnrolledBeanSerializer;

/**
 * Recognizes types of which one value may be readable and another one not, although both
 * are written in the same shape. These are abstract types, types with serializers that
 * are not Jackson's, and types that contain such types.
 */
final class OpenTypes {

	/** The serializers that write an object with one property after the other. */
	private static final Set<Class<?>> BEANS = Set.of(BeanSerializer.class, UnrolledBeanSerializer.class);

	/**
	 * Types of the JDK of which Jackson writes values that it does not read: host names,
	 * and patterns whose flags it leaves out.
	 */
	private static final Set<Class<?>> PARTLY_READABLE = Set.of(InetAddress.class, Inet4Address.class,
			Inet6Address.class, Pattern.class);

	private final JsonMapper mapper;

	OpenTypes(JsonMapper mapper) {
		this.mapper = mapper;
	}

	/**
	 * Returns whether the class of an item is open.
	 * @param declared the declared type of the items
	 * @param itemClass the class of an item
	 */
	boolean contain(JavaType declared, Class<?> itemClass) {
		try {
			boolean asDeclared = isAnyJson(declared) || declared.isContainerType() || declared.isReferenceType()
					|| declared.hasRawClass(itemClass);
			JavaType type = asDeclared ? declared
					: this.mapper.getTypeFactory().constructSpecializedType(declared, itemClass);
			return contain(type, new HashSet<>());
		}
		catch (RuntimeException | LinkageError ex) {
			return true; // reading will tell
		}
	}

	/**
	 * A type that refers to itself is not examined again.
	 */
	private boolean contain(JavaType type, Set<JavaType> pending) {
		if (isAnyJson(type)) {
			return this.mapper.serializationConfig().getDefaultTyper(type) != null;
		}
		if (!pending.add(type)) {
			return false;
		}
		if (type.isContainerType() || type.isReferenceType()) {
			return (type.isMapLikeType() && !isPlain(type.getKeyType())) || contain(type.getContentType(), pending);
		}
		return !isPlain(type) && (type.isAbstract() || containProperties(type, pending));
	}

	/**
	 * Returns whether any JSON value can be read as a type.
	 */
	private static boolean isAnyJson(JavaType type) {
		return type.isJavaLangObject() || type.isTypeOrSubTypeOf(JsonNode.class);
	}

	private boolean isPlain(JavaType type) {
		boolean basic = type.isPrimitive() || type.isEnumType() || type.getRawClass() == Number.class
				|| type.getRawClass() == CharSequence.class
				|| (type.getRawClass().getName().startsWith("java.") && !type.isAbstract());
		return basic && !PARTLY_READABLE.contains(type.getRawClass()) && isOfJackson(serializer(type));
	}

	private static boolean isOfJackson(ValueSerializer<?> serializer) {
		return serializer.getClass().getName().startsWith("tools.jackson.databind.");
	}

	private boolean containProperties(JavaType type, Set<JavaType> pending) {
		ValueSerializer<?> serializer = serializer(type);
		if (!BEANS.contains(serializer.getClass()) || serializer.usesObjectId()) {
			return true;
		}
		for (Iterator<PropertyWriter> properties = serializer.properties(); properties.hasNext();) {
			if (isOpen(properties.next(), pending)) {
				return true;
			}
		}
		return false;
	}

	private boolean isOpen(PropertyWriter writer, Set<JavaType> pending) {
		if (writer.getClass() != BeanPropertyWriter.class || writer.getAnnotation(JsonSerialize.class) != null) {
			return true;
		}
		BeanPropertyWriter property = (BeanPropertyWriter) writer;
		ValueSerializer<?> own = property.getSerializer();
		boolean changed = own != null && own.getClass() != serializer(property.getType()).getClass();
		return changed || property.getTypeSerializer() != null || contain(property.getType(), pending);
	}

	private ValueSerializer<?> serializer(JavaType type) {
		return this.mapper._serializationContext().findValueSerializer(type);
	}

}
