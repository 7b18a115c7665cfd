package io.github.appendonly.jpa.item;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The application's mapper, as the items of one type need it.
 */
final class TypedMapper {

	/*
	 * An item that was accepted must be readable. To read each one back would double the
	 * time that a push takes to encode. Most failures do not depend on the values of an
	 * item, but on its class and on the shape of its text. So the first text of each
	 * shape is read back. Three things do depend on the values. The limits of the parser
	 * are compared with the text, in the scan that it takes anyway. Open types are always
	 * read back. So is text that other software may have made, if it is not plain JSON.
	 */

	private static final int SHAPES = 256;

	/**
	 * The number of shapes to read back. A type that has more of them, for example
	 * because it contains a map, has proven to be readable.
	 */
	private static final int MAX_SAMPLES = 1000;

	private final ObjectWriter writer;

	private final ObjectReader reader;

	private final ObjectReader listReader;

	private final ObjectReader nextListReader;

	private final StreamReadConstraints constraints;

	private final JavaType itemType;

	private final OpenTypes openTypes;

	private final Map<Class<?>, Boolean> open = new ConcurrentHashMap<>();

	/** Shapes that were read back, each at the place that its last bits give. */
	private final AtomicLongArray shapes = new AtomicLongArray(SHAPES);

	private final AtomicInteger samples = new AtomicInteger();

	/**
	 * Creates the mapper of a type.
	 * @param writing the application's mapper
	 * @param reading the mapper that {@link #lenient(JsonMapper)} returns for it
	 * @param type the declared type of the items
	 */
	TypedMapper(JsonMapper writing, JsonMapper reading, Type type) {
		this.itemType = writing.constructType(type);
		this.writer = plain(writing.writerFor(this.itemType));
		this.reader = lenient(reading.readerFor(this.itemType), writing);
		JavaType listType = reading.getTypeFactory().constructCollectionType(List.class, this.itemType);
		this.listReader = lenient(reading.readerFor(listType), writing);
		this.nextListReader = this.listReader.without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
		this.constraints = reading.tokenStreamFactory().streamReadConstraints();
		this.openTypes = new OpenTypes(writing);
	}

	/**
	 * Writes JSON on one line, without the name of the class.
	 */
	private static ObjectWriter plain(ObjectWriter writer) {
		return writer.without(SerializationFeature.INDENT_OUTPUT, SerializationFeature.WRAP_ROOT_VALUE)
			.with(JsonWriteFeature.QUOTE_PROPERTY_NAMES)
			.with(JsonWriteFeature.WRITE_NAN_AS_STRINGS);
	}

	/**
	 * Returns a mapper without the strict settings that a reader of it cannot change.
	 */
	static JsonMapper lenient(JsonMapper mapper) {
		Set<MapperFeature> missing = EnumSet.of(MapperFeature.ALLOW_COERCION_OF_SCALARS,
				MapperFeature.IGNORE_MERGE_FOR_UNMERGEABLE);
		if (mapper.isEnabled(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)) {
			missing.add(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS);
		}
		missing.removeIf(mapper::isEnabled);
		JsonSetter.Value nulls = mapper.deserializationConfig().getDefaultNullHandling();
		boolean refusesNulls = nulls.getValueNulls() == Nulls.FAIL || nulls.getContentNulls() == Nulls.FAIL;
		if (missing.isEmpty() && !refusesNulls) {
			return mapper;
		}
		JsonMapper.Builder builder = mapper.rebuild().enable(missing.toArray(MapperFeature[]::new));
		if (refusesNulls) {
			builder.changeDefaultNullHandling((value) -> JsonSetter.Value.empty());
		}
		return builder.build();
	}

	/**
	 * Returns a reader without strict settings, which reads what the application's mapper
	 * writes.
	 */
	private static ObjectReader lenient(ObjectReader reader, JsonMapper writing) {
		ObjectReader lenient = reader
			.without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
					DeserializationFeature.FAIL_ON_IGNORED_PROPERTIES,
					DeserializationFeature.FAIL_ON_UNEXPECTED_VIEW_PROPERTIES,
					DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
					DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
					DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
					DeserializationFeature.FAIL_ON_MISSING_EXTERNAL_TYPE_ID_PROPERTY,
					DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY, DeserializationFeature.UNWRAP_ROOT_VALUE)
			.with(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
			.without(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
			.without(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
			.with(EnumFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE);
		if (writing.isEnabled(SerializationFeature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED)) {
			lenient = lenient.with(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY);
		}
		lenient = writing.isEnabled(EnumFeature.WRITE_ENUMS_USING_TO_STRING)
				? lenient.with(EnumFeature.READ_ENUMS_USING_TO_STRING)
				: lenient.without(EnumFeature.READ_ENUMS_USING_TO_STRING);
		return writing.isEnabled(DateTimeFeature.WRITE_DATE_TIMESTAMPS_AS_NANOSECONDS)
				? lenient.with(DateTimeFeature.READ_DATE_TIMESTAMPS_AS_NANOSECONDS)
				: lenient.without(DateTimeFeature.READ_DATE_TIMESTAMPS_AS_NANOSECONDS);
	}

	String write(Object item) {
		return this.writer.writeValueAsString(item);
	}

	Object read(String json) {
		return Objects.requireNonNull(this.reader.readValue(json), "The item is null");
	}

	List<?> readAll(String jsonArray) {
		return this.listReader.readValue(jsonArray);
	}

	/**
	 * Reads arrays in one go. To begin a text takes longer than to read a short one.
	 * @param jsonArrays the texts
	 * @return the items of each text
	 * @throws RuntimeException if a text is not one array that can be read
	 */
	List<List<?>> readEach(List<String> jsonArrays) {
		List<List<?>> read = new ArrayList<>(jsonArrays.size());
		try (JsonParser parser = this.nextListReader.createParser(String.join("", jsonArrays))) {
			long end = 0;
			for (String array : jsonArrays) {
				List<?> items = this.nextListReader.readValue(parser);
				end += array.length();
				if (parser.currentLocation().getCharOffset() != end) {
					throw new IllegalArgumentException("Not one JSON array");
				}
				read.add(Objects.requireNonNull(items));
			}
		}
		return read;
	}

	/**
	 * Checks that an item can be read back.
	 * @param item the item
	 * @param json the item as it was written
	 * @param scan the scan of that text
	 * @throws RuntimeException if it cannot be read
	 */
	void requireReadable(Object item, String json, JsonScan scan) {
		if (!scan.isParsedWithin(this.constraints) || isOpen(item.getClass())) {
			read(json);
			return;
		}
		long shape = scan.shape() ^ item.getClass().hashCode();
		int place = (int) shape & (SHAPES - 1);
		if (this.shapes.getPlain(place) != shape && this.samples.get() < MAX_SAMPLES) {
			read(json);
			this.shapes.setPlain(place, shape);
			this.samples.incrementAndGet();
		}
	}

	private boolean isOpen(Class<?> itemClass) {
		Boolean known = this.open.get(itemClass);
		return (known != null) ? known
				: this.open.computeIfAbsent(itemClass, (key) -> this.openTypes.contain(this.itemType, key));
	}

}
