package io.github.appendonly.autoconfigure.subscriber;

import java.time.Duration;

import io.github.appendonly.AppendStack;
import io.github.appendonly.subscriber.AppendStackListener;
import io.github.appendonly.subscriber.Subscribers;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.bean.override.mockito.MockitoSpyBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mockingDetails;

/**
 * Listeners that a test replaces: a mock is no listener, and a spy is one.
 */
@SpringBootTest(properties = { "appendonly.stacks.words.type=java.lang.String", "spring.flyway.enabled=false",
		"spring.datasource.generate-unique-name=true", "appendonly.inbox.check-interval=0" })
class MockedListenerTests {

	@MockitoBean
	@SuppressWarnings("NullAway.Init") // as Spring does
	private Mailer mailer;

	@MockitoSpyBean
	@SuppressWarnings("NullAway.Init") // as Spring does
	private Printer printer;

	@Autowired
	@SuppressWarnings("NullAway.Init") // as Spring does
	private AppendStack<String> words;

	@Autowired
	@SuppressWarnings("NullAway.Init") // as Spring does
	private Subscribers subscribers;

	@Test
	void mockIsNotCalledAndASpyIs() {
		this.words.push("hello");
		this.subscribers.awaitCaughtUp("printer", Duration.ofMinutes(1));
		then(this.printer).should().print("hello");
		assertThat(mockingDetails(this.mailer).getInvocations()).isEmpty();
		assertThat(this.subscribers.status()).extracting((one) -> one.id()).containsExactly("printer");
	}

	static class Mailer {

		@AppendStackListener(stack = "words", id = "mailer")
		void send(String word) {
		}

	}

	static class Printer {

		@AppendStackListener(stack = "words", id = "printer")
		void print(String word) {
		}

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ Mailer.class, Printer.class })
	static class Application {

	}

}
