package io.github.appendonly.jpa.family;

import java.util.List;

import io.github.appendonly.jpa.table.StackLimits;
import io.github.appendonly.jpa.table.StackTerms;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class KnownTermsTests {

	private static final StackTerms ARCHIVED = terms(null, true, false);

	private final KnownTerms known = new KnownTerms(1, 2);

	private static StackTerms terms(@Nullable Integer bounds, @Nullable Boolean archived, @Nullable Boolean pruner) {
		return new StackTerms(bounds, bounds, archived, pruner, StackLimits.NONE);
	}

	private StackTerms ofNew(String stack) {
		return this.known.ofNew(stack, StackTerms.NONE);
	}

	private static List<String> warnings(CapturedOutput output) {
		return output.getOut().lines().filter((line) -> line.contains("WARN")).toList();
	}

	@Test
	void termsOfOneHandleCompleteThoseOfOthers() {
		assertThat(ofNew("a")).isEqualTo(StackTerms.NONE);
		this.known.add("a", StackTerms.NONE);
		this.known.add("a", ARCHIVED);
		this.known.add("a", terms(5, null, null));
		assertThat(ofNew("a")).isEqualTo(terms(5, true, false));
		assertThat(this.known.ofNew("a", terms(7, null, null))).isEqualTo(terms(7, true, false));
		assertThat(this.known.ofNew("a", terms(null, false, true))).isEqualTo(terms(5, false, true));
		assertThat(ofNew("b")).isEqualTo(StackTerms.NONE);
		StackTerms withRetention = new StackTerms(null, null, null, null, StackLimits.NONE.withRetention(7));
		this.known.add("a", withRetention);
		assertThat(ofNew("a").limits()).isEqualTo(StackLimits.NONE.withRetention(7));
		assertThat(this.known.ofNew("a", withRetention).limits()).isEqualTo(StackLimits.NONE.withRetention(7));
	}

	@Test
	void contradictionIsReportedOnceAndArchivingWins(CapturedOutput output) {
		this.known.add("a", ARCHIVED);
		this.known.add("a", terms(5, true, false));
		assertThat(warnings(output)).isEmpty();
		this.known.add("a", terms(6, false, false));
		assertThat(ofNew("a")).isEqualTo(terms(6, true, false));
		for (String stack : List.of("b", "c", "a")) {
			this.known.add(stack, terms(5, true, false));
			this.known.add(stack, terms(6, false, false));
		}
		assertThat(warnings(output)).hasSize(2)
			.satisfiesExactly((first) -> assertThat(first).contains(
					"Handles of stack 'a' contradict each other: maxLayers (5 and 6), maxLength (5 and 6), archived"
							+ " (true and false). Each push"),
					(second) -> assertThat(second).contains("maxLayers (6 and 5), maxLength (6 and 5). Each push"));
		for (int i = 10; i < 100; i++) {
			this.known.add("a", terms(i, null, null));
		}
		assertThat(warnings(output)).hasSize(51).last().asString().contains("No other contradictions will be reported");
	}

	@Test
	void termsOfAFamilyAreThoseOfItsMembers(CapturedOutput output) {
		this.known.addFamily("feed-", terms(5, true, false));
		assertThat(ofNew("feed-a")).isEqualTo(terms(5, true, false));
		assertThat(ofNew("feed-")).isEqualTo(StackTerms.NONE);
		assertThat(ofNew("feed-a.hooks.parked")).isEqualTo(StackTerms.NONE);
		assertThat(this.known.familyOf("feed-a")).hasValue("feed-");
		assertThat(this.known.familyOf("feed-a.hooks.parked")).isEmpty();
		this.known.addFamily("feed-", terms(5, null, null));
		this.known.add("feed-a", terms(5, null, null));
		assertThat(warnings(output)).isEmpty();
		this.known.add("feed-c", terms(6, false, false));
		this.known.add("feed-b", terms(6, false, false));
		assertThat(warnings(output)).singleElement()
			.asString()
			.contains("Handles of stack 'feed-c' and its family 'feed-' contradict each other: maxLayers (5 and 6)");
		assertThat(ofNew("feed-c")).isEqualTo(terms(6, true, false));
		this.known.addFamily("news-", terms(5, null, null));
		this.known.addFamily("news-", terms(6, null, null));
		assertThat(warnings(output)).hasSize(2).last().asString().contains("Handles of family 'news-' contradict");
	}

	@Test
	void familiesThatShareMembersAreReported(CapturedOutput output) {
		this.known.addFamily("feed-", ARCHIVED);
		this.known.addFamily("feeds-", ARCHIVED);
		assertThat(warnings(output)).isEmpty();
		this.known.addFamily("feed-old-", ARCHIVED);
		this.known.addFamily("f", ARCHIVED);
		this.known.addFamily("f", ARCHIVED);
		assertThat(warnings(output)).hasSize(2)
			.satisfiesExactly(
					(first) -> assertThat(first).contains("The families 'feed-' and 'feed-old-' share members"),
					(second) -> assertThat(second).contains("The families 'f' and 'feed-' share members"));
	}

	@Test
	void stacksWithoutNewHandlesAreForgottenAndFamiliesAreNot(CapturedOutput output) {
		this.known.addFamily("feed-", ARCHIVED);
		for (String stack : List.of("a", "b", "c", "b", "d")) {
			this.known.add(stack, ARCHIVED);
		}
		assertThat(ofNew("a")).isEqualTo(ARCHIVED);
		assertThat(ofNew("b")).isEqualTo(ARCHIVED);
		assertThat(ofNew("c")).isEqualTo(StackTerms.NONE);
		assertThat(ofNew("d")).isEqualTo(ARCHIVED);
		assertThat(ofNew("feed-a")).isEqualTo(ARCHIVED);
		for (int i = 0; i < Prefixes.MAX + 1; i++) {
			this.known.addFamily(i + "-", ARCHIVED);
		}
		assertThat(warnings(output)).singleElement()
			.asString()
			.contains("more than 1000 families", "with the prefix '999-'");
		assertThat(ofNew("feed-a")).isEqualTo(ARCHIVED);
	}

}
