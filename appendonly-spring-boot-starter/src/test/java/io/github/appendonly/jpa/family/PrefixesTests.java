package io.github.appendonly.jpa.family;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PrefixesTests {

	private final Prefixes<Integer> prefixes = new Prefixes<>();

	@Test
	void longestPrefixCounts() {
		this.prefixes.put("a", 1);
		this.prefixes.put("ab", 2);
		this.prefixes.put("abcd", 3);
		this.prefixes.put("abcx", 4);
		this.prefixes.put("b", 5);
		assertThat(this.prefixes.find("aa")).isEqualTo(1);
		assertThat(this.prefixes.find("ab")).isEqualTo(1);
		assertThat(this.prefixes.find("abc")).isEqualTo(2);
		assertThat(this.prefixes.find("abcd")).isEqualTo(2);
		assertThat(this.prefixes.find("abcde")).isEqualTo(3);
		assertThat(this.prefixes.find("abcz")).isEqualTo(2);
		assertThat(this.prefixes.find("az")).isEqualTo(1);
		assertThat(this.prefixes.find("a")).isNull();
		assertThat(this.prefixes.find("")).isNull();
		assertThat(this.prefixes.find("0")).isNull();
		assertThat(this.prefixes.find("c")).isNull();
		assertThat(this.prefixes.prefixOf("abcz")).hasValue("ab");
		assertThat(this.prefixes.longerThan("abc")).hasValue("abcd");
		assertThat(this.prefixes.longerThan("abcx")).isEmpty();
		this.prefixes.remove("ab");
		assertThat(this.prefixes.find("abcz")).isEqualTo(1);
	}

	@Test
	void numberIsLimited() {
		for (int i = 0; i < Prefixes.MAX; i++) {
			assertThat(this.prefixes.put(i + "-", i)).isTrue();
		}
		assertThat(this.prefixes.put("more-", 1)).isFalse();
		assertThat(this.prefixes.put("7-", 77)).isTrue();
		assertThat(this.prefixes.find("7-x")).isEqualTo(77);
		assertThat(this.prefixes.find("more-x")).isNull();
	}

}
