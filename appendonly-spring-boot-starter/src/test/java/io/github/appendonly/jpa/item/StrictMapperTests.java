package io.github.appendonly.jpa.item;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Items are written and read whatever the features of the application's mapper are. Each
 * feature that this version of Jackson has is switched on, and off.
 */
class StrictMapperTests {

	/**
	 * What no codec can make up for: without these, Jackson cannot find the properties.
	 */
	private static final Set<MapperFeature> NEEDED = EnumSet.of(MapperFeature.USE_ANNOTATIONS,
			MapperFeature.DETECT_PARAMETER_NAMES, MapperFeature.INFER_PROPERTY_MUTATORS,
			MapperFeature.CAN_OVERRIDE_ACCESS_MODIFIERS);

	enum Kind {

		ONE, TWO;

		@Override
		public String toString() {
			return name().charAt(0) + "-" + name().length();
		}

	}

	record Line(int number, @Nullable String text) {
	}

	record Written(String name, int count, boolean marked, @Nullable String note, Kind kind, @Nullable Kind other,
			Instant at, List<Line> lines, Map<String, Integer> counts, Optional<String> label, double ratio) {
	}

	/** Has other properties than the type that was written. */
	record Read(String name, int added, @Nullable Integer wrapped, @Nullable String text, boolean flag,
			@Nullable List<String> tags, @Nullable String note, Kind kind) {

		@JsonIgnore
		public int count() {
			return 0;
		}

	}

	/** Has setters, and ignores a property that it once had. */
	static final class Bean {

		private @Nullable String name;

		private int added = 7;

		@JsonIgnore
		private int count;

		public @Nullable String getName() {
			return this.name;
		}

		public void setName(@Nullable String name) {
			this.name = name;
		}

		public int getAdded() {
			return this.added;
		}

		public void setAdded(int added) {
			this.added = added;
		}

		public int getCount() {
			return this.count;
		}

		public void setCount(int count) {
			this.count = count;
		}

	}

	static Stream<Named<JsonMapper>> mappers() {
		List<Named<JsonMapper>> mappers = new ArrayList<>();
		for (boolean state : new boolean[] { true, false }) {
			each(mappers, state, DeserializationFeature.values(), (feature, to) -> to.configure(feature, state));
			each(mappers, state, SerializationFeature.values(), (feature, to) -> to.configure(feature, state));
			each(mappers, state, EnumFeature.values(), (feature, to) -> to.configure(feature, state));
			each(mappers, state, DateTimeFeature.values(), (feature, to) -> to.configure(feature, state));
			each(mappers, state, JsonNodeFeature.values(), (feature, to) -> to.configure(feature, state));
			each(mappers, state, StreamReadFeature.values(), (feature, to) -> to.configure(feature, state));
			each(mappers, state, JsonReadFeature.values(), (feature, to) -> to.configure(feature, state));
			each(mappers, state, JsonWriteFeature.values(), (feature, to) -> to.configure(feature, state));
			MapperFeature[] features = Stream.of(MapperFeature.values())
				.filter((feature) -> state || !NEEDED.contains(feature))
				.toArray(MapperFeature[]::new);
			each(mappers, state, features, (feature, to) -> to.configure(feature, state));
		}
		mappers.add(mapper("nulls fail",
				(to) -> to.changeDefaultNullHandling((nulls) -> JsonSetter.Value.construct(Nulls.FAIL, Nulls.FAIL))));
		mappers.add(mapper("timestamps", (to) -> to.enable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
			.disable(DateTimeFeature.WRITE_DATE_TIMESTAMPS_AS_NANOSECONDS)));
		return mappers.stream();
	}

	private interface Setting<F> {

		void set(F feature, JsonMapper.Builder mapper);

	}

	private static <F extends Enum<?>> void each(List<Named<JsonMapper>> mappers, boolean state, F[] features,
			Setting<F> setting) {
		for (F feature : features) {
			mappers.add(mapper(feature.getDeclaringClass().getSimpleName() + "." + feature + "=" + state,
					(mapper) -> setting.set(feature, mapper)));
		}
	}

	private static Named<JsonMapper> mapper(String name, Consumer<JsonMapper.Builder> settings) {
		JsonMapper.Builder builder = JsonMapper.builder();
		settings.accept(builder);
		return Named.of(name, builder.build());
	}

	private static String written(ItemCodec codec, Object item, Class<?> type) {
		@SuppressWarnings("unchecked") // the item is of this type
		Items<Object> items = new Items<>("stack 'x'", "appendonly_slice", type, codec, null, DecodedLayerCache.NONE);
		String array = items.write(item).json();
		return array.substring(1, array.length() - 1);
	}

	@ParameterizedTest
	@MethodSource("mappers")
	void itemComesBack(JsonMapper mapper) {
		ItemCodec codec = new JacksonItemCodec(mapper);
		Written item = new Written("a", 3, true, null, Kind.TWO, null, Instant.ofEpochMilli(1_500_000_000_123L),
				List.of(new Line(1, null)), Map.of("x", 1), Optional.empty(), Double.NaN);
		assertThat(codec.read(written(codec, item, Written.class), Written.class)).isEqualTo(item);
		Bean bean = new Bean();
		bean.setName("b");
		assertThat(codec.read(written(codec, bean, Bean.class), Bean.class)).usingRecursiveComparison().isEqualTo(bean);
		assertThat(codec.read(written(codec, Kind.ONE, Kind.class), Kind.class)).isEqualTo(Kind.ONE);
		assertThat(codec.read(written(codec, List.of("x"), List.class), List.class)).isEqualTo(List.of("x"));
	}

	@ParameterizedTest
	@MethodSource("mappers")
	void itemWithUnknownMissingAndNullPropertiesIsRead(JsonMapper mapper) {
		ItemCodec codec = new JacksonItemCodec(mapper);
		String old = "{\"name\":\"a\",\"count\":3,\"gone\":{\"x\":[1]},\"note\":null,\"flag\":null,\"note\":null}";
		Read read = (Read) codec.read(old, Read.class);
		assertThat(read).isEqualTo(new Read("a", 0, read.wrapped(), null, false, null, null, nothing()));
		assertThat(read.wrapped()).isIn(null, 0);
		List<?> all = codec.readAll("[" + old + "," + old + "]", Read.class);
		assertThat(all).isEqualTo(List.of(read, read));
		Bean bean = (Bean) codec.read("{\"name\":\"a\",\"count\":3,\"gone\":{}}", Bean.class);
		assertThat(bean.getName()).isEqualTo("a");
		assertThat(bean.getAdded()).isEqualTo(7);
		assertThat(((Bean) codec.read("{\"name\":null,\"added\":null}", Bean.class)).getAdded()).isZero();
	}

	@SuppressWarnings({ "NullAway", "TypeParameterUnusedInFormals" }) // on purpose
	private static <T> T nothing() {
		return null;
	}

	enum Shade {

		@JsonEnumDefaultValue
		OTHER, GREEN

	}

	@Test
	void constantThatIsGoneIsReadAsTheDefaultOfItsEnum() {
		ItemCodec codec = new JacksonItemCodec(JsonMapper.builder().build());
		assertThat(codec.read("\"RED\"", Shade.class)).isEqualTo(Shade.OTHER);
		assertThat(codec.readAll("[\"GREEN\",\"RED\"]", Shade.class)).isEqualTo(List.of(Shade.GREEN, Shade.OTHER));
	}

	@Test
	void nameOfTheClassIsNotStored() {
		ItemCodec codec = new JacksonItemCodec(
				JsonMapper.builder().enable(SerializationFeature.WRAP_ROOT_VALUE).build());
		assertThat(written(codec, new Line(1, "a"), Line.class)).isEqualTo("{\"number\":1,\"text\":\"a\"}");
	}

	record Times(OffsetDateTime offset, ZonedDateTime zoned) {
	}

	@Test
	void timesComeBackInUtcUnlessTheMapperKeepsTheirZones() {
		ZonedDateTime zoned = ZonedDateTime.of(2026, 7, 1, 12, 0, 0, 0, ZoneId.of("Europe/Paris"));
		Times times = new Times(zoned.toOffsetDateTime(), zoned);
		assertThat(back(times)).isEqualTo(new Times(zoned.toOffsetDateTime().withOffsetSameInstant(ZoneOffset.UTC),
				zoned.withZoneSameInstant(ZoneOffset.UTC)));
		assertThat(back(times, Map.of(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE, false)))
			.isEqualTo(new Times(zoned.toOffsetDateTime(), zoned.withFixedOffsetZone()));
		assertThat(back(times, Map.of(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE, false,
				DateTimeFeature.WRITE_DATES_WITH_ZONE_ID, true)))
			.isEqualTo(times);
	}

	private static Object back(Times times) {
		return back(times, Map.of());
	}

	private static Object back(Times times, Map<DateTimeFeature, Boolean> features) {
		JsonMapper.Builder builder = JsonMapper.builder();
		features.forEach(builder::configure);
		ItemCodec codec = new JacksonItemCodec(builder.build());
		return codec.read(written(codec, times, Times.class), Times.class);
	}

}
