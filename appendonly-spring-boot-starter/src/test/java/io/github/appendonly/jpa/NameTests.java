package io.github.appendonly.jpa;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.github.appendonly.Layer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

@ParameterizedClass
@EnumSource(TestDatabase.class)
@ExtendWith(OutputCaptureExtension.class)
class NameTests extends DatabaseTests {

	/** Of two UTF-16 units. */
	private static final String ASTRAL = "\uD83D\uDC1D";

	private String ofLength(int length) {
		return this.name + "x".repeat(length - this.name.length());
	}

	/**
	 * Names that differ in little, or might be taken for something else.
	 */
	private Set<String> names() {
		String name = this.name + "a";
		List<String> names = List.of(name, name.toUpperCase(Locale.ROOT), " " + name, name + " ", name + "  ",
				name + "\u00A0", name + "'", name + "''", name + "\"", name + "\\", name + "\\\\", name + "%",
				name + "_", name.replace('-', '_'), "%" + name, name + "' or '1'='1", name + "'; --", name + "/* */",
				name + ":name", name + "?", name + "$1", name + "{}", name + "\u00E9", name + "e\u0301",
				name + "\u00DF", name + "ss", name + "\u4E2D\u6587", name + "\u202E", name + ASTRAL,
				name + ASTRAL + ASTRAL);
		Set<String> distinct = new LinkedHashSet<>(names);
		assertThat(distinct).hasSameSizeAs(names);
		return distinct;
	}

	@Test
	void rowsOfOthersForANameThatNoStructureCanHaveAreReportedAtStart(CapturedOutput output) {
		node().jdbc().sql("insert into appendonly_inbox (name, length, items) values (' ', 1, '[1]')").update();
		leaveInInbox("a");
		((JpaAppendOnlyStructures) node().structures()).operations().start();
		await().atMost(WAIT)
			.untilAsserted(() -> assertThat(output).contains("WARN")
				.contains("The inbox has rows for the stack \" \", a name that no structure can have"));
		await().atMost(WAIT).untilAsserted(() -> assertThat(inboxRows()).isZero());
		assertThat(node().jdbc().sql("delete from appendonly_inbox where name = ' '").update()).isOne();
	}

	@Test
	void differentNamesAreDifferentStructures() {
		AppendOnlyStructures structures = node().structures();
		for (String each : names()) {
			stack(each).push("1 " + each);
			node().inTransaction(() -> stack(each).push("2 " + each));
			node().inTransaction(() -> {
				stack(each).push("3 " + each);
				assertThat(items(stack(each))).hasSize(3);
			});
			structures.accumulator(each, String.class).append(each);
			structures.archive(each, String.class).addLayer(new Layer<>(0, List.of(each)));
		}
		for (String each : names()) {
			assertHolds(stack(each), "1 " + each, "2 " + each, "3 " + each);
			assertThat(structures.accumulator(each, String.class)).containsExactly(each);
			assertHolds(structures.archive(each, String.class), each);
			assertThat(structures.status(each).name()).isEqualTo(each);
			assertThat(structures.status(each).size()).isEqualTo(3);
		}
		for (String each : names()) {
			assertThat(stack(each)).hasSize(3);
			structures.drop(each);
			assertThat(stack(each)).isEmpty();
		}
	}

	@Test
	void nameMayHave200Characters() {
		for (String longest : List.of(ofLength(200), ofLength(200 - 2 * 90) + ASTRAL.repeat(90))) {
			AppendOnlyStructures structures = node().structures();
			stack(longest).push("a");
			node().inTransaction(() -> stack(longest).push("b"));
			assertHolds(stack(longest), "a", "b");
			structures.accumulator(longest, String.class).append("c");
			assertThat(structures.accumulator(longest, String.class)).containsExactly("c");
			structures.archive(longest, String.class).addLayer(new Layer<>(0, List.of("d")));
			assertHolds(structures.archive(longest, String.class), "d");
		}
	}

	@Test
	void nameMayNotHave201Characters() {
		assertRefused(ofLength(201));
		assertRefused(ofLength(200 - 2 * 90) + ASTRAL.repeat(90) + "x");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "   ", "\t", "\u2003" })
	void nameMayNotBeBlank(String blank) {
		assertRefused(blank);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\0", "\b", "\t", "\n", "\r", "\u001B", "\u007F", "\u0085" })
	void nameMayNotHaveControlCharacters(String control) {
		assertRefused(this.name + control);
		assertRefused(control + this.name);
		assertRefused(this.name + control + this.name);
	}

	@Test
	void nameMayNotHaveLoneSurrogates() {
		char high = ASTRAL.charAt(0);
		char low = ASTRAL.charAt(1);
		assertRefused(this.name + high);
		assertRefused(low + this.name);
		assertRefused(this.name + low + high);
		assertRefused(this.name + high + ASTRAL);
	}

	private void assertRefused(String refused) {
		AppendOnlyStructures structures = node().structures();
		List<Runnable> uses = List.of(() -> structures.stack(refused, String.class),
				() -> structures.archive(refused, String.class), () -> structures.accumulator(refused, String.class),
				() -> structures.history(refused, String.class), () -> structures.status(refused),
				() -> structures.drop(refused), () -> structures.dropAccumulator(refused));
		for (Runnable use : uses) {
			assertThatIllegalArgumentException().isThrownBy(use::run)
				.withMessageContaining("1 to 200 characters")
				.withMessageContaining('"' + refused + '"');
		}
	}

}
