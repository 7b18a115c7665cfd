package io.github.appendonly.jpa;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes and reads items with Jackson.
 * <p>
 * Items are written as their declared type, so that a type's own annotations for
 * subtypes, on a sealed interface say, take effect. No class names are stored.
 */
public final class JacksonItemCodec implements ItemCodec {

	private final JsonMapper mapper;

	private final Map<Type, TypedMapper> mappers = new ConcurrentHashMap<>();

	/**
	 * Uses a mapper.
	 * @param mapper the mapper, with whatever the items need
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
			this.reader = mapper.readerFor(itemType);
			this.listReader = mapper.readerFor(mapper.getTypeFactory().constructCollectionType(List.class, itemType));
		}

	}

}
