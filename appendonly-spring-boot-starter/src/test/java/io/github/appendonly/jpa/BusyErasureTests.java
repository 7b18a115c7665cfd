package io.github.appendonly.jpa;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Erasure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Erases from stacks whose inbox is never empty.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class BusyErasureTests extends DatabaseTests {

	@Test
	void eraseIfDoesNotWaitForAnEmptyInbox() {
		leaveInInbox("a", "b", "c");
		AtomicBoolean busy = new AtomicBoolean(true);
		AtomicReference<AppendStack<String>> stack = new AtomicReference<>();
		stack.set(idleNode().structures()
			.stack(this.name, String.class, (settings) -> settings.bounds(1, 1).pruner((layer) -> {
				if (busy.get()) {
					stack.get().push("x"); // waits in the inbox when this one is placed
				}
			})));
		CompletableFuture<Erasure> erasure = CompletableFuture.supplyAsync(() -> stack.get().eraseIf((item) -> true));
		try {
			assertThat(erasure.orTimeout(WAIT.toSeconds() / 3, TimeUnit.SECONDS).join().erased()).isPositive();
			assertThat(inboxRows()).isPositive();
		}
		finally {
			busy.set(false);
		}
	}

}
