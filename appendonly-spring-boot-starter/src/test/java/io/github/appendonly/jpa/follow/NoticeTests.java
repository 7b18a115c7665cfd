package io.github.appendonly.jpa.follow;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.github.appendonly.jpa.table.NotifyChannel;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class NoticeTests {

	private static List<String> payloads(List<String> stacks) {
		List<String> payloads = Notice.payloads("me", stacks, NotifyChannel.MAX_PAYLOAD);
		assertThat(payloads)
			.allSatisfy((payload) -> assertThat(payload.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(8000));
		return payloads;
	}

	@Test
	void stacksAreReadAsTheyWereWritten() {
		List<String> odd = List.of("news", "*", " ", "it's \"odd\" \\\\ é \uD83D\uDE00 %_ --");
		assertThat(payloads(odd)).singleElement().extracting(Notice::parse).isEqualTo(new Notice("me", odd, false));
	}

	@Test
	void longNamesTakeSeveralPayloads() {
		List<String> names = IntStream.range(0, 30)
			.mapToObj((number) -> "\uD83D\uDE00".repeat(98) + String.format("%04d", number))
			.toList();
		List<String> read = new ArrayList<>();
		List<String> payloads = payloads(names);
		payloads.forEach((payload) -> read.addAll(Notice.parse(payload).stacks()));
		assertThat(payloads).hasSizeGreaterThan(1);
		assertThat(read).isEqualTo(names);
	}

	@Test
	void tooManyStacksAreAllStacks() {
		List<String> names = IntStream.range(0, 100_000).mapToObj((number) -> "stack " + number).toList();
		assertThat(payloads(names)).singleElement()
			.extracting(Notice::parse)
			.isEqualTo(new Notice("me", List.of(), true));
	}

	@Test
	void signOfLifeMeansNoStack() {
		assertThat(Notice.parse(Notice.signOfLife("me"))).isEqualTo(new Notice("me", List.of(), false));
	}

}
