package io.github.appendonly.jpa;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Family;
import io.github.appendonly.Layer;
import io.github.appendonly.Numbered;
import io.github.appendonly.StackBounds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@ParameterizedClass
@EnumSource(TestDatabase.class)
@ExtendWith(OutputCaptureExtension.class)
class FamilyTests extends DatabaseTests {

	/** Of two UTF-16 units. */
	private static final String ASTRAL = "\uD83D\uDC1D";

	private final String prefix = this.name + "-";

	private Family<String> family() {
		return family(node());
	}

	private Family<String> family(Node node) {
		return node.structures().family(this.prefix, String.class, (stack) -> stack.bounds(2, 3).archived());
	}

	@Test
	void membersAreStacksWithTheSettingsOfTheFamily() {
		Family<String> family = family();
		for (String member : List.of("a", "b")) {
			IntStream.range(0, 10).forEach((i) -> family.stack(member).push(member + i));
		}
		assertThat(items(family.stack("a"))).containsExactly("a6", "a7", "a8", "a9");
		assertThat(items(family.archive("a"))).containsExactly("a0", "a1", "a2", "a3", "a4", "a5");
		assertThat(items(family.history("b"))).hasSize(10).startsWith("b0").endsWith("b9");
		assertThat(items(node().structures().stack(this.prefix + "b", String.class))).hasSize(4);
		assertThat(family.stack("a")).isEqualTo(family(node()).stack("a")).isNotEqualTo(family.stack("b"));
		assertThat(family.prefix()).isEqualTo(this.prefix);
		assertThat(family).hasToString("family '" + this.prefix + "'");
	}

	@Test
	void itemsMayBeOfAGenericType() {
		Family<List<Integer>> family = node().structures()
			.family(this.prefix, new ParameterizedTypeReference<List<Integer>>() {
			}, (stack) -> stack.bounds(1, 1));
		family.stack("a").push(List.of(1, 2));
		family.stack("a").push(List.of(3));
		assertThat(family.stack("a").newest().orElseThrow().item()).containsExactly(3);
		assertThat(family.stack("a").size()).isOne();
	}

	@Test
	void memberExistsFromItsFirstItemUntilItIsDropped() {
		Family<String> family = family();
		assertThat(family.exists("a")).isFalse();
		family.stack("a").push("1");
		assertThat(family.exists("a")).isTrue();
		assertThat(family(secondNode()).exists("a")).isTrue();
		assertThat(family.exists("b")).isFalse();
		family.archive("b").addLayer(new Layer<>(4, List.of("x")));
		assertThat(family.exists("b")).isTrue();
		family.drop("a");
		assertThat(family.exists("a")).isFalse();
		assertThat(family.exists("b")).isTrue();
		family.drop("a");
		family.stack("a").push("2");
		assertThat(family.history("a").newest().orElseThrow().position()).hasToString("0-0");
	}

	@Test
	void memberThatWaitsInTheInboxExists() {
		Family<String> onIdle = family(idleNode());
		idleNode().inTransaction(() -> onIdle.stack("a").push("1"));
		assertThat(inboxRows(this.prefix + "a")).isOne();
		assertThat(onIdle.exists("a")).isTrue();
		assertThat(onIdle.members("", 10)).isEmpty();
		assertThat(items(family().stack("a"))).containsExactly("1");
		assertThat(onIdle.members("", 10)).containsExactly("a");
	}

	@Test
	void transactionSeesItsOwnMembers() {
		Family<String> family = family();
		node().transaction().executeWithoutResult((status) -> {
			family.stack("a").push("1");
			assertThat(family.exists("a")).isTrue();
			assertThat(elsewhere(() -> family.exists("a"))).isFalse();
			assertThat(family.stack("a")).hasSize(1);
			assertThat(family.exists("a")).isTrue();
			assertThat(family.members("", 10)).containsExactly("a");
			family.drop("a");
			assertThat(family.exists("a")).isFalse();
			family.stack("b").push("1");
			family.drop("b");
			assertThat(family.exists("b")).isFalse();
			family.stack("c").push("1");
			status.setRollbackOnly();
		});
		assertThat(List.of("a", "b", "c")).noneMatch(family::exists);
		family.stack("a").push("1");
		node().transaction().executeWithoutResult((status) -> {
			family.drop("a");
			status.setRollbackOnly();
		});
		assertThat(items(family.stack("a"))).containsExactly("1");
	}

	@Test
	void membersAreListedInPages() {
		Family<String> family = family();
		List<String> members = List.of(" ", "-", ".", "10", "2", "A", "B", "_", "%", "a", "a!b", "b", "c\u00E9", "z",
				"\u00DF", "\u4E2D", "\uFFFF", ASTRAL, ASTRAL + "x", "a.parked.b");
		members.forEach((member) -> family.stack(member).push("1"));
		List<String> others = List.of(this.name, this.name + ".", this.name + ",", this.name + "a", "0", "zz",
				this.name + "_", this.name.toUpperCase(Locale.ROOT) + "-a");
		others.forEach((other) -> stack(other).push("1"));
		stack(this.prefix).push("1");
		stack(this.prefix + "a.hooks.parked").push("1");
		List<String> listed = new ArrayList<>();
		for (List<String> page = family.members("", 3); !page.isEmpty(); page = family
			.members(page.get(page.size() - 1), 3)) {
			assertThat(page).hasSizeLessThanOrEqualTo(3);
			listed.addAll(page);
		}
		assertThat(listed).containsExactlyInAnyOrderElementsOf(members).isEqualTo(sorted(listed));
		assertThat(family.members("", 100)).isEqualTo(listed);
		assertThat(family.members("b", 1)).containsExactly("c\u00E9");
		assertThat(family.members("bb", 1)).containsExactly("c\u00E9");
		family.drop("a");
		assertThat(family.members("_", 1)).containsExactly("a!b");
		assertThat(node().structures().stackNames(this.prefix, "", 100))
			.contains(this.prefix, this.prefix + "a.hooks.parked", this.prefix + "b")
			.hasSize(listed.size() + 1);
		assertThat(node().structures().stackNames(this.prefix, this.prefix + "z", 1)).hasSize(1);
	}

	private List<String> sorted(List<String> names) {
		Comparator<String> byCodePoints = (one, other) -> Arrays.compare(one.codePoints().toArray(),
				other.codePoints().toArray());
		return names.stream()
			.sorted((this.database == TestDatabase.H2) ? Comparator.naturalOrder() : byCodePoints)
			.toList();
	}

	@ParameterizedTest
	@ValueSource(strings = { "\uFFFF", "\uD7FF", "\uDBFF\uDFFF", "\uD83D\uDFFF", "%", "_", "!" })
	void prefixMayEndWithAnyCharacter(String end) {
		Family<String> family = node().structures().family(this.name + end, String.class);
		family.stack("a").push("1");
		family.stack(ASTRAL).push("1");
		stack(this.name + "x").push("1");
		stack(this.name + "\uFFFD").push("1");
		stack(this.name + ASTRAL).push("1");
		assertThat(family.members("", 10)).containsExactly("a", ASTRAL);
		stack("\uFFFF" + this.name).push("1");
		assertThat(node().structures().stackNames("\uFFFF" + this.name, "", 10)).containsExactly("\uFFFF" + this.name);
		node().structures().drop("\uFFFF" + this.name);
	}

	@Test
	void archivesAndAccumulatorsAreListedByPrefix() {
		AppendOnlyStructures structures = node().structures();
		for (String each : List.of("a", "b", "c")) {
			structures.archive(this.prefix + each, String.class).addLayer(new Layer<>(0, List.of("x")));
			structures.archive(this.prefix + each, String.class).addLayer(new Layer<>(1, List.of("y")));
			structures.accumulator(this.prefix + each, String.class).append("z");
		}
		structures.archive(this.name + ".", String.class).addLayer(new Layer<>(0, List.of("x")));
		structures.accumulator(this.name + ".", String.class).append("z");
		structures.accumulator(this.prefix + "c", String.class).consume();
		assertThat(structures.archiveNames(this.prefix, "", 2)).containsExactly(this.prefix + "a", this.prefix + "b");
		assertThat(structures.archiveNames(this.prefix, this.prefix + "b", 2)).containsExactly(this.prefix + "c");
		assertThat(structures.archiveNames("", this.prefix + "b", 1)).containsExactly(this.prefix + "c");
		assertThat(structures.accumulatorNames(this.prefix, "", 9)).containsExactly(this.prefix + "a",
				this.prefix + "b");
		assertThat(structures.accumulatorNames(this.prefix, this.prefix + "a", 1)).containsExactly(this.prefix + "b");
		assertThat(structures.accumulatorNames("", "", 1)).hasSize(1);
		assertThat(structures.stackNames(this.prefix, "", 9)).isEmpty();
	}

	/**
	 * 10 layers of 100 items would be kept.
	 */
	@Test
	void pushThroughAPlainHandleLosesNothingThatTheFamilyWantsArchived() {
		AppendStack<String> plain = stack(this.prefix + "a");
		Family<String> family = family();
		List<String> items = IntStream.range(0, 1500).mapToObj(String::valueOf).toList();
		plain.pushAll(items.subList(0, 700));
		node().inTransaction(() -> plain.pushAll(items.subList(700, 1400)));
		node().inTransaction(() -> {
			plain.pushAll(items.subList(1400, 1500));
			assertThat(plain.newest()).isPresent();
		});
		assertThat(items(family.history("a"))).isEqualTo(items);
		assertThat(node().structures().status(this.prefix + "a").bounds()).isEqualTo(new StackBounds(2, 3));
		assertThat(plain.bounds()).isEqualTo(new StackBounds(2, 3));
	}

	@Test
	void pushThroughAPlainHandleLosesNothingThatAnotherHandleWantsArchived() {
		AppendStack<String> plain = stack();
		assertThat(plain.bounds()).isEqualTo(StackBounds.DEFAULT);
		stack((settings) -> settings.archived());
		List<String> items = IntStream.range(0, 1500).mapToObj(String::valueOf).toList();
		plain.pushAll(items);
		assertThat(plain).hasSize(1000);
		assertThat(items(node().structures().history(this.name, String.class))).isEqualTo(items);
	}

	/**
	 * The row decides, not what a handle of this node has once said.
	 */
	@Test
	void pushThroughAPlainHandleLosesNothingThatAnotherNodeWantsArchived() {
		node().structures()
			.stack(this.name, String.class, (stack) -> stack.bounds(2, 1).archived(false).retention(Duration.ZERO));
		secondNode().structures()
			.stack(this.name, String.class, (stack) -> stack.bounds(5, 1).archived().retention(Duration.ofDays(1)))
			.pushAll(Numbered.items(0, 20));
		AppendStack<String> plain = stack();
		plain.push("20");
		node().inTransaction(() -> plain.push("21"));
		node().inTransaction(() -> {
			plain.push("22");
			assertThat(plain.newest()).isPresent();
		});
		assertThat(items(node().structures().history(this.name, String.class))).isEqualTo(Numbered.items(0, 23));
		assertThat(node().structures().status(this.name).bounds()).isEqualTo(new StackBounds(5, 1));
		assertThat(node().jdbc()
			.sql("select retention from appendonly_stack where name = ?")
			.param(this.name)
			.query(Long.class)
			.single()).isEqualTo(24 * 60 * 60);
	}

	@Test
	void limitsOfTheFamilyAreInTheRowsOfItsMembers() {
		Family<String> family = node().structures()
			.family(this.prefix, String.class,
					(stack) -> stack.retention(Duration.ofDays(90)).maxBytes(1000).archiveMaxLayers(7));
		node().inTransaction(() -> family.stack("a").push("1"));
		stack(this.prefix + "b").push("1");
		for (String member : List.of("a", "b")) {
			assertThat(items(family.stack(member))).containsExactly("1");
			assertThat(node().jdbc()
				.sql("select retention, max_bytes, archive_max_layers from appendonly_stack where name = ?")
				.param(this.prefix + member)
				.query((row, number) -> List.of(row.getLong(1), row.getLong(2), row.getLong(3)))
				.single()).containsExactly(90L * 24 * 60 * 60, 1000L, 7L);
		}
	}

	@Test
	void handlesThatContradictTheFamilyAreReportedOnce(CapturedOutput output) {
		family().stack("a").push("1");
		stack(this.prefix + "b").push("1");
		assertThat(output).doesNotContain("contradict");
		for (String member : List.of("a", "b")) {
			node().structures().stack(this.prefix + member, String.class, bounds(4, 4));
		}
		assertThat(output.getOut().lines().filter((line) -> line.contains("contradict"))).singleElement()
			.asString()
			.contains("WARN", "stack '" + this.prefix + "a' and its family '" + this.prefix + "'",
					"maxLayers (2 and 4)");
	}

	@Test
	void layersGoToThePrunerOfTheFamily() {
		List<String> pruned = new CopyOnWriteArrayList<>();
		Family<String> family = node().structures()
			.family(this.prefix, String.class,
					(stack) -> stack.bounds(1, 1).pruner((layer) -> pruned.addAll(layer.items())));
		stack(this.prefix + "a").pushAll(List.of("1", "2"));
		assertThat(pruned).isEmpty();
		assertThat(family.stack("a")).hasSize(2);
		family.stack("a").push("3");
		assertThat(pruned).containsExactly("1", "2");
		Family<String> onIdle = idleNode().structures()
			.family(this.prefix, String.class, (stack) -> stack.bounds(1, 1).pruner((layer) -> {
			}));
		idleNode().inTransaction(() -> onIdle.stack("a").push("4"));
		assertThat(((JpaAppendOnlyStructures) node().structures()).operations().place(this.prefix + "a")).isOne();
		assertThat(pruned).containsExactly("1", "2", "3");
	}

	@Test
	void badNamesAndPagesAreRefused() {
		AppendOnlyStructures structures = node().structures();
		for (String bad : List.of("", " ", "a\n", "x".repeat(201))) {
			assertThatIllegalArgumentException().isThrownBy(() -> structures.family(bad, String.class))
				.withMessageContaining('"' + bad + '"');
		}
		Family<String> family = family();
		for (String bad : List.of("", "a\u0000", "x".repeat(200), "\uD83D", "a.parked")) {
			List<Runnable> uses = List.of(() -> family.stack(bad), () -> family.archive(bad), () -> family.history(bad),
					() -> family.exists(bad), () -> family.drop(bad));
			for (Runnable use : uses) {
				assertThatIllegalArgumentException().isThrownBy(use::run).withMessageContaining(bad + '"');
			}
		}
		assertThatIllegalArgumentException().isThrownBy(() -> family.members("a\u0000", 1))
			.withMessageContaining("A part of a name");
		assertThatIllegalArgumentException().isThrownBy(() -> family.members("", 0))
			.withMessage("limit must be at least 1, but is 0");
		assertThatIllegalArgumentException().isThrownBy(() -> structures.archiveNames("", "", -1));
		assertThatIllegalArgumentException().isThrownBy(() -> structures.accumulatorNames("\n", "", 1));
		family.stack("x".repeat(200 - this.prefix.length())).push("1");
		assertThat(family.members("", 1)).containsExactly("x".repeat(200 - this.prefix.length()));
	}

}
