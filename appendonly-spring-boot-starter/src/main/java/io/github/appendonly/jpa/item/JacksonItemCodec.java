package io.github.appendonly.jpa.item;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes and reads items with Jackson.
 * <p>
 * Items are written as their declared type. So the annotations of that type for its
 * subtypes take effect, for example on a sealed interface. No class names are stored.
 * <p>
 * Items stay readable when their type changes, even if the mapper is strict for requests.
 * A property that the type no longer has is ignored. A primitive property that the item
 * does not have is 0 or false.
 */
public final class JacksonItemCodec implements ItemCodec {

	private final JsonMapper mapper;

	private final Map<Type, TypedMapper> mappers = new ConcurrentHashMap<>();

	/**
	 * Creates a codec.
	 * @param mapper the mapper, with the configuration that the items need
	 */
	public JacksonItemCodec(JsonMapper mapper) {
		this.mapper = Objects.requireNonNull(mapper, "mapper");
	}

	@Override
	public String write(Object item, Type type) {
		return mapper(type).writer.writeValueAsString(item);
	}

	@Override
	public Object read(String json, Type type) {
		return Objects.requireNonNull(mapper(type).reader.readValue(json), "The item is null");
	}

	@Override
	public List<?> readAll(String jsonArray, Type type) {
		return mapper(type).listReader.readValue(jsonArray);
	}

	private TypedMapper mapper(Type type) {
		return this.mappers.computeIfAbsent(type, (key) -> new TypedMapper(this.mapper, key));
	}

	private static final class TypedMapper {

		private final ObjectWriter writer;

		private final ObjectReader reader;

		private final ObjectReader listReader;

		TypedMapper(JsonMapper mapper, Type type) {
			JavaType itemType = mapper.constructType(type);
			this.writer = mapper.writerFor(itemType).without(SerializationFeature.INDENT_OUTPUT);
			this.reader = lenient(mapper.readerFor(itemType));
			this.listReader = lenient(
					mapper.readerFor(mapper.getTypeFactory().constructCollectionType(List.class, itemType)));
		}

		private static ObjectReader lenient(ObjectReader reader) {
			return reader.without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
					DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
		}

	}

}
