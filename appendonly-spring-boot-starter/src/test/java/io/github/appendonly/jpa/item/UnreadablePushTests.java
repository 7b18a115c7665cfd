package io.github.appendonly.jpa.item;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Entry;
import io.github.appendonly.Layer;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.ParameterizedTypeReference;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.ser.std.StdSerializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An item that could not be read again is refused when it is pushed. Others are not
 * concerned.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class UnreadablePushTests extends DatabaseTests {

	private <T> void assertRefused(Class<T> type, T good, T bad) {
		assertRefused(ParameterizedTypeReference.forType(type), List.of(good), bad);
	}

	/**
	 * Pushes good items in each way, and the bad one between them.
	 */
	private <T> void assertRefused(ParameterizedTypeReference<T> type, List<T> good, T bad) {
		String own = this.name + "-" + Integer.toHexString(type.getType().getTypeName().hashCode()) + "-"
				+ bad.hashCode();
		AppendStack<T> stack = node().structures().stack(own, type);
		Accumulator<T> accumulator = node().structures().accumulator(own, type);
		Archive<T> archive = node().structures().archive(own, type);
		good.forEach(stack::push);
		List<T> mixed = new ArrayList<>(good);
		mixed.add(bad);
		assertRefused(() -> stack.push(bad));
		assertRefused(() -> stack.pushAll(mixed));
		assertRefused(() -> stack.pushAsync(bad).join());
		assertRefused(() -> accumulator.append(bad));
		assertRefused(() -> archive.addLayer(new Layer<>(0, mixed)));
		node().inTransaction(() -> {
			stack.pushAll(good);
			assertRefused(() -> stack.push(bad));
			assertRefused(() -> accumulator.extend(mixed));
		});
		List<T> expected = new ArrayList<>(good);
		expected.addAll(good);
		assertThat(stack.fromOldest(99).entries()).extracting(Entry::item)
			.usingRecursiveFieldByFieldElementComparator()
			.isEqualTo(expected);
		assertThat(accumulator).isEmpty();
		assertThat(archive).isEmpty();
	}

	private static void assertRefused(Runnable push) {
		assertThatExceptionOfType(ItemConversionException.class).isThrownBy(push::run)
			.withMessageContaining("Cannot write an item of ")
			.withMessageContaining("could not be read back");
	}

	record Amount(@Nullable BigInteger number, @Nullable BigDecimal decimal) {
	}

	@Test
	void numberWithMoreDigitsThanAReaderTakes() {
		BigInteger digits = new BigInteger("9".repeat(1000));
		assertRefused(BigInteger.class, digits, digits.multiply(BigInteger.TEN));
		assertRefused(Amount.class, new Amount(digits, BigDecimal.ONE),
				new Amount(digits.multiply(BigInteger.TEN), null));
		assertRefused(Amount.class, new Amount(null, new BigDecimal("1e999")),
				new Amount(null, new BigDecimal("0." + "7".repeat(1001))));
		assertRefused(JsonNode.class, JsonNodeFactory.instance.numberNode(digits),
				JsonNodeFactory.instance.numberNode(digits.multiply(BigInteger.TEN)));
	}

	@Test
	void nameThatIsLongerThanAReaderTakes() {
		ParameterizedTypeReference<Map<String, Integer>> type = new ParameterizedTypeReference<>() {
		};
		assertRefused(type, List.of(Map.of("a".repeat(50_000), 1)), Map.of("a".repeat(70_000), 1));
	}

	private static JsonNode nested(int depth) {
		JsonNode node = JsonNodeFactory.instance.arrayNode();
		for (int i = 1; i < depth; i++) {
			node = JsonNodeFactory.instance.arrayNode().add(node);
		}
		return node;
	}

	record Raw(@JsonRawValue @Nullable String json, int number) {
	}

	record RawTree(@JsonRawValue @Nullable Object json) {
	}

	@Test
	void nestingThatIsDeeperThanAReaderTakes() {
		AppendStack<JsonNode> stack = node().structures().stack(this.name, JsonNode.class);
		stack.push(nested(500));
		assertThatExceptionOfType(ItemConversionException.class).isThrownBy(() -> stack.push(nested(501)));
		assertThat(stack.newest().map(Entry::item)).contains(nested(500));
		assertRefused(RawTree.class, new RawTree(null), new RawTree("[".repeat(600) + "]".repeat(600)));
	}

	@Test
	void rawTextThatIsNoJsonOrNotOfItsType() {
		for (String bad : List.of("some text", "{a:1}", "'a'", "{\"a\":1}", "[1,2]", "01", "1 2", "{\"a\":tru}",
				"\"\u0001\"")) {
			assertRefused(Raw.class, new Raw("5", 1), new Raw(bad, 1));
		}
	}

	sealed interface Shape permits Circle, Square {

	}

	record Circle(double radius) implements Shape {
	}

	record Square(double side) implements Shape {
	}

	record Drawing(String name, @Nullable Shape shape) {
	}

	@Test
	void valueOfASealedInterfaceWithoutTypeInformation() {
		AppendStack<Shape> stack = node().structures().stack(this.name, Shape.class);
		assertRefused(() -> stack.push(new Circle(1)));
		assertRefused(() -> stack.push(new Circle(1)));
		assertThat(stack).isEmpty();
		assertRefused(Drawing.class, new Drawing("a", null), new Drawing("b", new Square(1)));
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
	@JsonSubTypes(@JsonSubTypes.Type(value = Cat.class, name = "cat"))
	interface Animal {

	}

	record Cat(String name) implements Animal {
	}

	record Dog(String name) implements Animal {
	}

	record Cage(Animal animal) {
	}

	@Test
	void subtypeThatHasNoName() {
		assertRefused(Animal.class, new Cat("a"), new Dog("a"));
		assertRefused(Cage.class, new Cage(new Cat("a")), new Cage(new Dog("a")));
		ParameterizedTypeReference<List<Animal>> type = new ParameterizedTypeReference<>() {
		};
		assertRefused(type, List.of(List.of(new Cat("a")), List.of()), List.of(new Dog("a")));
	}

	record Code(@JsonValue @Nullable String code) {
	}

	record Coded(@Nullable Code code) {
	}

	@Test
	void valueThatIsNull() {
		assertRefused(Code.class, new Code("a"), new Code(null));
		AppendStack<Coded> stack = node().structures().stack(this.name, Coded.class);
		stack.push(new Coded(new Code(null)));
		assertThat(stack.newest().map(Entry::item)).contains(new Coded(null));
	}

	static final class WriteOnly {

		private final String text;

		WriteOnly(String text, int unnamed) {
			this.text = text + unnamed;
		}

		public String getText() {
			return this.text;
		}

	}

	@Test
	void classThatCannotBeMade() {
		AppendStack<WriteOnly> stack = node().structures().stack(this.name, WriteOnly.class);
		assertRefused(() -> stack.push(new WriteOnly("a", 1)));
		record Holder(@Nullable WriteOnly member) {
		}
		AppendStack<Holder> holders = node().structures().stack(this.name, Holder.class);
		assertRefused(() -> holders.push(new Holder(new WriteOnly("a", 1))));
		assertThat(holders).isEmpty();
	}

	record Key(int x, int y) {
	}

	@Test
	void mapWithKeysThatHaveNoTextForm() {
		ParameterizedTypeReference<Map<Key, Integer>> type = new ParameterizedTypeReference<>() {
		};
		AppendStack<Map<Key, Integer>> stack = node().structures().stack(this.name, type);
		assertRefused(() -> stack.push(Map.of(new Key(1, 2), 3)));
		assertThat(stack).isEmpty();
	}

	record Listed(String name, List<String> tags) {

		Listed {
			tags = List.copyOf(tags);
		}

	}

	@Test
	void propertyThatIsLeftOutButNeeded() {
		ItemCodec codec = new JacksonItemCodec(JsonMapper.builder()
			.changeDefaultPropertyInclusion((inclusion) -> inclusion
				.withValueInclusion(com.fasterxml.jackson.annotation.JsonInclude.Include.NON_EMPTY))
			.build());
		Items<Listed> items = new Items<>("stack 'x'", "appendonly_slice", Listed.class, codec, null,
				DecodedLayerCache.NONE);
		items.write(new Listed("a", List.of("x")));
		assertRefused(() -> items.write(new Listed("a", List.of())));
	}

	/** Writes what cannot always be read. */
	static final class MoneySerializer extends StdSerializer<BigDecimal> {

		MoneySerializer() {
			super(BigDecimal.class);
		}

		@Override
		public void serialize(BigDecimal value, JsonGenerator generator, SerializationContext context) {
			generator.writeString((value.signum() < 0) ? "minus" : value.toPlainString());
		}

	}

	record Price(@JsonSerialize(using = MoneySerializer.class) BigDecimal money) {
	}

	@Test
	void valueThatItsSerializerWritesInAnotherForm() {
		assertRefused(Price.class, new Price(BigDecimal.ONE), new Price(BigDecimal.TEN.negate()));
	}

	enum Color {

		RED, GREEN

	}

	record Plain(String name, int number, Color color, Instant at, List<Key> keys, Map<String, Color> colors,
			Optional<Key> key, @Nullable Plain nested) {
	}

	record Visit(InetAddress from) {
	}

	record Rule(Pattern pattern) {
	}

	@Test
	void valueOfTheJdkThatIsWrittenInAFormThatIsNotRead() throws UnknownHostException {
		byte[] address = { 10, 0, 0, 1 };
		assertRefused(Visit.class, new Visit(InetAddress.getByAddress(address)),
				new Visit(InetAddress.getByAddress("host.example", address)));
		Rule bad = new Rule(Pattern.compile("[", Pattern.LITERAL));
		AppendStack<Rule> stack = node().structures().stack(this.name, Rule.class);
		stack.push(new Rule(Pattern.compile("a")));
		assertRefused(() -> stack.push(bad));
	}

	@Test
	void plainTypesAreNotReadBackEachTime() {
		JsonMapper mapper = JsonMapper.builder().build();
		OpenTypes open = new OpenTypes(mapper);
		for (Class<?> type : List.of(Plain.class, String.class, Long.class, Color.class, Instant.class, Amount.class)) {
			assertThat(open.contain(mapper.constructType(type), type)).as(type.getName()).isFalse();
		}
		assertThat(open.contain(mapper.constructType(Animal.class), Cat.class)).isFalse();
		assertThat(open.contain(mapper.constructType(JsonNode.class), JsonNodeFactory.instance.nullNode().getClass()))
			.isFalse();
		for (Class<?> type : List.of(Drawing.class, Cage.class, Raw.class, Price.class, Code.class)) {
			assertThat(open.contain(mapper.constructType(type), type)).as(type.getName()).isTrue();
		}
	}

}
