package io.github.appendonly.jpa.item;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import tools.jackson.databind.json.JsonMapper;

/**
 * Writes and reads items with Jackson.
 * <p>
 * Items are written as their declared type. So the annotations of that type for its
 * subtypes take effect, for example on a sealed interface. No class names are stored.
 * <p>
 * Items stay readable when their type changes, even if the mapper is strict for requests.
 * A property that the type no longer has is ignored. A primitive property that the item
 * does not have is 0 or false. So all settings of the mapper that make reading strict are
 * relaxed. Items are written on one line, with quoted names, and without a name around
 * the whole.
 * <p>
 * An item that could not be read back is refused when it is written. It is read back if
 * it may be beyond the limits of the mapper's parser, if its type is open, or if no item
 * with the same properties and kinds of values has been read back before. A type is open
 * if it contains an abstract type other than a collection, or is not written by Jackson's
 * own serializers.
 */
public final class JacksonItemCodec implements ItemCodec {

	private final JsonMapper mapper;

	private final JsonMapper lenient;

	private final Map<Type, TypedMapper> mappers = new ConcurrentHashMap<>();

	/**
	 * Creates a codec.
	 * @param mapper the mapper, with the configuration that the items need
	 */
	public JacksonItemCodec(JsonMapper mapper) {
		this.mapper = Objects.requireNonNull(mapper, "mapper");
		this.lenient = TypedMapper.lenient(mapper);
	}

	@Override
	public String write(Object item, Type type) {
		return mapper(type).write(item);
	}

	@Override
	public Object read(String json, Type type) {
		return mapper(type).read(json);
	}

	@Override
	public List<?> readAll(String jsonArray, Type type) {
		return mapper(type).readAll(jsonArray);
	}

	TypedMapper mapper(Type type) {
		return this.mappers.computeIfAbsent(type, (key) -> new TypedMapper(this.mapper, this.lenient, key));
	}

}
