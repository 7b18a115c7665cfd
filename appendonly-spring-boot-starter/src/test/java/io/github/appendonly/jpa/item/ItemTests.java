package io.github.appendonly.jpa.item;

import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.Layer;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import io.github.appendonly.jpa.TestDatabase;
import jakarta.persistence.EntityManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Items that are written to the database and read again.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class ItemTests extends DatabaseTests {

	/** What text can hold that some databases, drivers or formats cannot. */
	private static final List<String> TEXTS = List.of("", " ", "\u0000", "a\u0000b", "\ud800", "x\udc00y",
			"\udc00\ud800", "\ud83d\ude00", "\ud83d", "\ud83d\ud83d\ude00\ude00", "\u2028\u2029\ufeff\uffff",
			"\"\\/'`\t\n\r\b\f", "[1,2],{\"a\":\"b\"}", "null", "\u05e9\u05dc\u05d5\u05dd", "e\u0301",
			"?:name #{x} ${y} %s \\u0041");

	private <T> AppendStack<T> stackOf(Class<T> type) {
		return node().structures().stack(this.name, type);
	}

	@Test
	void anyTextComesBackAsItWas() {
		TEXTS.forEach(stack()::push);
		assertThat(items(stack())).isEqualTo(TEXTS);
	}

	@Test
	void anyTextComesBackFromTransactionsSealedLayersAndArchives() {
		AppendStack<String> archived = stack(bounds(1, 5).andThen((with) -> with.archived()));
		node().inTransaction(() -> archived.pushAll(TEXTS));
		node().inTransaction(() -> TEXTS.forEach(archived::push));
		assertThat(items(node().structures().history(this.name, String.class)))
			.isEqualTo(Stream.concat(TEXTS.stream(), TEXTS.stream()).toList());
	}

	@Test
	void anyTextComesBackFromAccumulatorsAndArchivesOfTheirOwn() {
		Accumulator<String> accumulator = node().structures().accumulator(this.name, String.class);
		accumulator.extend(TEXTS);
		assertThat(accumulator.consume(2)).isEqualTo(TEXTS.subList(0, 2));
		assertThat(accumulator.consume()).isEqualTo(TEXTS.subList(2, TEXTS.size()));
		Archive<String> archive = node().structures().archive(this.name, String.class);
		archive.addLayer(new Layer<>(3, TEXTS));
		assertThat(archive.layer(3)).contains(new Layer<>(3, TEXTS));
	}

	@Test
	void itemsMayBeLarge() {
		List<String> large = Stream.of("a", "\u20ac", "\"", "\ud83d\ude00")
			.map((text) -> text.repeat(1 << 20))
			.toList();
		AppendStack<String> archived = stack(bounds(1, 3).andThen((with) -> with.archived()));
		archived.push(large.get(0));
		node().inTransaction(() -> archived.pushAll(large.subList(1, 4)));
		assertThat(archived.newest().map(Entry::item)).contains(large.get(3));
		assertThat(items(node().structures().history(this.name, String.class))).isEqualTo(large);
	}

	@Test
	void itemsMayBeOfAGenericType() {
		ParameterizedTypeReference<List<Map<String, Instant>>> type = new ParameterizedTypeReference<>() {
		};
		List<Map<String, Instant>> item = List.of(Map.of("a", Instant.ofEpochSecond(1, 2)), Map.of());
		AppendStack<List<Map<String, Instant>>> stack = node().structures().stack(this.name, type);
		stack.push(item);
		node().inTransaction(() -> stack.pushAll(List.of(List.of(), item)));
		assertThat(stack.stream().map(Entry::item)).containsExactly(item, List.of(), item);
		Accumulator<List<Map<String, Instant>>> accumulator = node().structures().accumulator(this.name, type);
		accumulator.append(item);
		assertThat(accumulator.consume()).containsExactly(item);
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
	@JsonSubTypes({ @JsonSubTypes.Type(value = Circle.class, name = "circle"),
			@JsonSubTypes.Type(value = Named.class, name = "named") })
	sealed interface Shape permits Circle, Named {

	}

	record Circle(double radius) implements Shape {
	}

	record Named(String name, Shape shape) implements Shape {
	}

	@Test
	void itemsMayBeOfASealedTypeWithNamesForItsSubtypes() {
		List<Shape> shapes = List.of(new Circle(1.5), new Named("\"x\"", new Circle(0)), new Circle(2));
		AppendStack<Shape> stack = stackOf(Shape.class);
		stack.push(shapes.get(0));
		stack.pushAll(shapes.subList(1, 3));
		assertThat(stack.fromOldest(9).entries()).extracting(Entry::item).isEqualTo(shapes);
		assertThat(node().jdbc()
			.sql("select items from appendonly_slice where stack = ?")
			.param(this.name)
			.query(String.class)
			.list()).noneMatch((json) -> json.contains("io.github"));
	}

	enum Color {

		RED, GREEN

	}

	/**
	 * Made by its constructor only, as data classes in Kotlin are.
	 */
	static final class Point {

		private final int x;

		private final @Nullable String label;

		private final boolean marked;

		public Point(int x, @Nullable String label, boolean marked) {
			this.x = x;
			this.label = label;
			this.marked = marked;
		}

		public int getX() {
			return this.x;
		}

		public @Nullable String getLabel() {
			return this.label;
		}

		public boolean isMarked() {
			return this.marked;
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Point that && this.x == that.x && Objects.equals(this.label, that.label)
					&& this.marked == that.marked;
		}

		@Override
		public int hashCode() {
			return Objects.hash(this.x, this.label, this.marked);
		}

	}

	/**
	 * Made by a method that says how its parameters are called.
	 */
	static final class Label {

		private final String text;

		private Label(String text) {
			this.text = text;
		}

		@JsonCreator
		static Label of(@JsonProperty("text") String value) {
			return new Label(value);
		}

		public String getText() {
			return this.text;
		}

	}

	record Pair<A, B>(A first, B second) {
	}

	@Test
	void itemsMayBeOfNestedGenericTypes() {
		ParameterizedTypeReference<Pair<Map<Color, Pair<Instant, Point>>, List<Optional<Shape>>>> type = new ParameterizedTypeReference<>() {
		};
		var item = new Pair<>(Map.of(Color.GREEN, new Pair<>(Instant.MAX, new Point(7, null, true))),
				List.of(Optional.<Shape>of(new Circle(1)), Optional.<Shape>empty()));
		AppendStack<Pair<Map<Color, Pair<Instant, Point>>, List<Optional<Shape>>>> stack = node().structures()
			.stack(this.name, type, (settings) -> settings.bounds(1, 2).archived());
		stack.push(item);
		node().inTransaction(() -> stack.pushAll(List.of(item, item)));
		assertThat(node().structures().history(this.name, type)).extracting(Entry::item)
			.containsExactly(item, item, item);
	}

	@Test
	void itemsMayHaveNothingButAConstructor() {
		Point point = new Point(-1, "a", true);
		AppendStack<Point> stack = stackOf(Point.class);
		stack.pushAll(List.of(point, new Point(0, null, false)));
		assertThat(stack.fromOldest(9).entries()).extracting(Entry::item)
			.containsExactly(point, new Point(0, null, false));
		AppendStack<Label> labels = node().structures().stack(this.name + "-labels", Label.class);
		labels.push(Label.of("a"));
		assertThat(labels.newest().map((entry) -> entry.item().getText())).contains("a");
	}

	@Test
	void itemsMayBeEnumsAndTimes() {
		AppendStack<Color> colors = stackOf(Color.class);
		colors.pushAll(List.of(Color.RED, Color.GREEN));
		assertThat(colors.newest().map(Entry::item)).contains(Color.GREEN);
		List<Instant> times = List.of(Instant.MIN, Instant.EPOCH, Instant.ofEpochSecond(1, 999_999_999));
		AppendStack<Instant> stack = node().structures().stack(this.name + "-times", Instant.class);
		stack.pushAll(times);
		assertThat(stack.fromOldest(9).entries()).extracting(Entry::item).isEqualTo(times);
	}

	record OrderPlaced(String number, int lines, Color color) {
	}

	record OrderAccepted(String number, Color color, int priority, boolean urgent, @Nullable String note,
			List<String> tags) {
	}

	record OrderRenumbered(@JsonAlias("number") String code) {
	}

	enum Shade {

		GREEN

	}

	record OrderShaded(String number, Shade color) {
	}

	@Test
	void typeMayHaveBeenRenamedAndHaveLostAndGainedPropertiesSinceItsItemsWereWritten() {
		ItemCodec strict = new JacksonItemCodec(JsonMapper.builder()
			.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
					DeserializationFeature.FAIL_ON_IGNORED_PROPERTIES,
					DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
					DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
					DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
			.build());
		for (AppendOnlyStructures structures : List.of(node().structures(), structures(strict))) {
			String own = this.name + structures.hashCode();
			structures.stack(own, OrderPlaced.class)
				.pushAll(List.of(new OrderPlaced("a", 3, Color.RED), new OrderPlaced("b", 4, Color.GREEN)));
			AppendStack<OrderAccepted> accepted = structures.stack(own, OrderAccepted.class);
			accepted.push(new OrderAccepted("c", Color.RED, 1, true, "now", List.of("x")));
			assertThat(accepted.get(new Position(0, 1))).get()
				.usingRecursiveComparison()
				.isEqualTo(new OrderAccepted("b", Color.GREEN, 0, false, null, absent()));
			assertThat(accepted.fromOldest(9).entries()).hasSize(3);
			assertThat(structures.stack(own, OrderPlaced.class).newest().map(Entry::item))
				.contains(new OrderPlaced("c", 0, Color.RED));
			assertThat(structures.stack(own, OrderRenumbered.class).stream().map((entry) -> entry.item().code()))
				.containsExactly("c", "b", "a");
		}
	}

	/**
	 * What is not there, and was not asked for when it was written.
	 */
	@SuppressWarnings({ "NullAway", "TypeParameterUnusedInFormals" }) // on purpose
	private static <T> T absent() {
		return null;
	}

	@Test
	void constantThatIsGoneFailsItsItemsOnly() {
		stackOf(OrderPlaced.class)
			.pushAll(List.of(new OrderPlaced("a", 1, Color.RED), new OrderPlaced("b", 2, Color.GREEN)));
		AppendStack<OrderShaded> shaded = stackOf(OrderShaded.class);
		assertThat(shaded.newest(1)).containsExactly(Entry.of(0, 1, new OrderShaded("b", Shade.GREEN)));
		assertThatExceptionOfType(ItemConversionException.class).isThrownBy(() -> shaded.newest(2))
			.withMessageContaining("0-0")
			.withMessageContaining("stack '" + this.name + "'")
			.withMessageContaining("RED");
	}

	@Test
	void subtypeThatIsNotKnownAnyMoreFailsItsItemsOnly() {
		AppendStack<Map<String, Object>> raw = node().structures()
			.stack(this.name + "-raw", new ParameterizedTypeReference<>() {
			});
		raw.pushAll(List.of(Map.of("kind", "square", "side", 1), Map.of("kind", "circle", "radius", 2)));
		AppendStack<Shape> shapes = node().structures().stack(this.name + "-raw", Shape.class);
		assertThat(shapes.newest().map(Entry::item)).contains(new Circle(2));
		assertThatExceptionOfType(ItemConversionException.class).isThrownBy(() -> shapes.get(new Position(0, 0)))
			.withMessageContaining("0-0")
			.withMessageContaining("square");
	}

	@Test
	void mapperOfTheApplicationDecidesHowItemsAreWritten() {
		ItemCodec codec = new JacksonItemCodec(JsonMapper.builder()
			.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
			.enable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
			.build());
		record Visit(String pageName, Instant seenAt) {
		}
		AppendStack<Visit> visits = structures(codec).stack(this.name, Visit.class);
		Visit visit = new Visit("a", Instant.ofEpochSecond(1, 2));
		visits.push(visit);
		assertThat(visits.newest().map(Entry::item)).contains(visit);
		assertThat(node().structures().stack(this.name, Object.class).newest().map(Entry::item)).get()
			.asString()
			.contains("page_name=a");
	}

	record Fragile(String text) {

		public String getTrouble() {
			if (this.text.equals("bad")) {
				throw new UnsupportedOperationException("cannot be written");
			}
			return "";
		}

	}

	@Test
	void itemThatCannotBeWrittenFailsItsOwnPush() {
		AppendStack<Fragile> stack = stackOf(Fragile.class);
		Fragile bad = new Fragile("bad");
		List<Runnable> pushes = List.of(() -> stack.push(bad),
				() -> stack.pushAll(List.of(new Fragile("not alone"), bad)), () -> stack.pushAsync(bad).join(),
				() -> stack.push(bad, (layer) -> {
				}));
		for (Runnable push : pushes) {
			assertThatExceptionOfType(ItemConversionException.class).isThrownBy(push::run)
				.withMessageContaining("stack '" + this.name + "'")
				.withMessageContaining("Fragile")
				.withMessageContaining("cannot be written")
				.withRootCauseInstanceOf(UnsupportedOperationException.class);
		}
		assertThat(rows("appendonly_stack", "name", this.name)).isZero();
	}

	@Test
	void itemThatCannotBeWrittenLeavesOthersOfItsTransactionAlone() {
		AppendStack<Fragile> stack = stackOf(Fragile.class);
		Accumulator<Fragile> accumulator = node().structures().accumulator(this.name, Fragile.class);
		node().inTransaction(() -> {
			stack.push(new Fragile("good"));
			assertThatExceptionOfType(ItemConversionException.class)
				.isThrownBy(() -> stack.pushAll(List.of(new Fragile("not alone"), new Fragile("bad"))));
			assertThatExceptionOfType(ItemConversionException.class)
				.isThrownBy(() -> accumulator.extend(List.of(new Fragile("not alone"), new Fragile("bad"))))
				.withMessageContaining("accumulator '" + this.name + "'");
			stack.push(new Fragile("better"));
		});
		assertThat(stack.fromOldest(9).entries()).extracting((entry) -> entry.item().text())
			.containsExactly("good", "better");
		assertThat(accumulator).isEmpty();
	}

	@Test
	void itemThatCannotBeReadIsNamedAndLeavesOthersReadable() {
		stack().pushAll(List.of("1", "2"));
		stack().pushAll(List.of("3", "four", "5"));
		AppendStack<Integer> numbers = stackOf(Integer.class);
		assertThat(numbers.fromOldest(9)).isEqualTo(new Changes<>(
				List.of(Entry.of(0, 0, 1), Entry.of(0, 1, 2), Entry.of(0, 2, 3)), new Position(0, 2), false, false));
		assertThatExceptionOfType(ItemConversionException.class).isThrownBy(() -> numbers.since(new Position(0, 2), 9))
			.withMessageContaining("0-3")
			.withMessageContaining("stack '" + this.name + "'")
			.withMessageContaining("java.lang.Integer")
			.withMessageContaining("four")
			.withCauseInstanceOf(RuntimeException.class);
		assertThatExceptionOfType(ItemConversionException.class).isThrownBy(() -> numbers.get(new Position(0, 3)))
			.withMessageContaining("0-3");
		assertThat(Stream.of(0, 1, 2, 4).map((index) -> numbers.get(new Position(0, index)).orElseThrow()))
			.containsExactly(1, 2, 3, 5);
		assertThat(numbers.get(new Position(0, 5))).isEmpty();
		assertThat(numbers.size()).isEqualTo(5);
		assertThat(numbers.fromOldest(2).entries()).hasSize(2);
		numbers.push(6);
		assertThat(items(stack())).containsExactly("1", "2", "3", "four", "5", "6");
	}

	@Test
	void itemOfASealedLayerOrAnArchiveThatCannotBeReadLeavesOthersReadable() {
		stack(bounds(1, 3).andThen((with) -> with.archived())).pushAll(List.of("1", "two", "3", "4", "5", "six"));
		assertThat(stackOf(Integer.class).get(new Position(1, 1))).contains(5);
		assertThat(stackOf(Integer.class).get(new Position(0, 2))).isEmpty();
		Archive<Integer> archive = node().structures().archive(this.name, Integer.class);
		assertThat(archive.get(new Position(0, 2))).contains(3);
		assertThat(archive.get(new Position(0, 3))).isEmpty();
		assertThatExceptionOfType(ItemConversionException.class).isThrownBy(() -> archive.layer(0))
			.withMessageContaining("0-1")
			.withMessageContaining("archive '" + this.name + "'");
	}

	private AppendOnlyStructures structures(ItemCodec codec) {
		return new JpaAppendOnlyStructures(node().bean(EntityManagerFactory.class),
				node().bean(PlatformTransactionManager.class), codec, (task, delay) -> task.run(),
				new JpaAppendOnlyStructures.Options(RetryPolicy.withMaxRetries(3), true, false, List.of()));
	}

	/**
	 * Writes whatever it is told to.
	 */
	private record Fixed(String json) implements ItemCodec {

		@Override
		public String write(Object item, Type type) {
			return this.json;
		}

		@Override
		public Object read(String json, Type type) {
			return json;
		}

	}

	@Test
	void codecThatReadsOneByOneWillDo() {
		ItemCodec reversing = new ItemCodec() {

			@Override
			public String write(Object item, Type type) {
				return "\"" + new StringBuilder(Objects.toString(item)).reverse() + "\"";
			}

			@Override
			public Object read(String json, Type type) {
				return new StringBuilder(json.substring(1, json.length() - 1)).reverse().toString();
			}

		};
		AppendStack<String> reversed = structures(reversing).stack(this.name, String.class);
		reversed.push("abc");
		reversed.pushAll(List.of("[,]", "x"));
		assertThat(items(reversed)).containsExactly("abc", "[,]", "x");
		assertThat(items(stack())).containsExactly("cba", "],[", "x");
	}

	@Test
	void mapperThatIndentsWillDo() {
		ItemCodec indenting = new JacksonItemCodec(
				JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build());
		AppendStack<Shape> shapes = structures(indenting).stack(this.name, Shape.class);
		shapes.pushAll(List.<Shape>of(new Circle(1), new Named("a", new Circle(2))));
		assertThat(stackOf(Shape.class).newest().map(Entry::item)).contains(new Named("a", new Circle(2)));
	}

	@Test
	void codecThatGivesAnythingButOneValueIsRefused() {
		for (String json : Arrays.asList("", " ", "1,2", "1],[2", "{", "\"", "]", null)) {
			AppendStack<String> stack = structures(new Fixed(json)).stack(this.name, String.class);
			assertThatExceptionOfType(ItemConversionException.class).as(json)
				.isThrownBy(() -> stack.push("a"))
				.withMessageContaining("'" + this.name + "'");
			node().inTransaction(() -> assertThatExceptionOfType(ItemConversionException.class)
				.isThrownBy(() -> stack.pushAll(List.of("a", "b"))));
		}
		assertThat(stack()).isEmpty();
	}

	@Test
	void codecThatGivesNullIsRefused() {
		ItemCodec nothing = new ItemCodec() {

			@Override
			public String write(Object item, Type type) {
				return "1";
			}

			@Override
			@SuppressWarnings("NullAway") // on purpose
			public Object read(String json, Type type) {
				return null;
			}

		};
		AppendStack<String> stack = structures(nothing).stack(this.name, String.class);
		stack.push("a");
		assertThatExceptionOfType(ItemConversionException.class).isThrownBy(stack::newest).withMessageContaining("0-0");
	}

}
