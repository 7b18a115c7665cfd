package io.github.appendonly.jpa.sequencer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.appendonly.AppendStack;
import io.github.appendonly.StackBounds;
import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Pushes whose outcome is uncertain, while the database is still working on them.
 */
class FenceTests {

	@Test
	void itemOfAnUncertainPushIsStoredOnceIfItIsFencedBeforeItIsLookedFor() throws Exception {
		TestDatabase.Url url = TestDatabase.POSTGRESQL.create();
		try (Node impatient = url.start("spring.datasource.hikari.data-source-properties.socketTimeout=2");
				Node other = url.start()) {
			AppendStack<String> stack = impatient.structures().stack("news", String.class);
			AppendStack<String> sameStack = other.structures().stack("news", String.class);
			stack.push("before");
			CompletableFuture<Void> retry = other.inTransaction(() -> {
				other.jdbc().sql("lock table appendonly_slice in share mode").update();
				UncertainCommitException uncertain = DatabaseTests
					.elsewhere(() -> catchThrowableOfType(UncertainCommitException.class, () -> stack.push("item")));
				assertThat(uncertain.isFenceable()).isTrue();
				assertThat(DatabaseTests.elsewhere(() -> DatabaseTests.items(sameStack))).containsExactly("before");
				CompletableFuture<Void> fencing = CompletableFuture.runAsync(() -> {
					other.structures().fence("news");
					if (!DatabaseTests.items(sameStack).contains("item")) {
						sameStack.push("item");
					}
				});
				await().atMost(DatabaseTests.WAIT).until(() -> waiting(other, url) == 2);
				return fencing;
			});
			retry.get(DatabaseTests.WAIT.toSeconds(), TimeUnit.SECONDS);
			await().atMost(DatabaseTests.WAIT).until(() -> waiting(other, url) == 0);
			DatabaseTests.assertHolds(sameStack, "before", "item");
		}
	}

	/**
	 * The number of connections that wait for a lock.
	 */
	private static long waiting(Node node, TestDatabase.Url url) {
		return node.jdbc()
			.sql("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = ?")
			.param(url.name())
			.query(Long.class)
			.single();
	}

	@ParameterizedTest
	@EnumSource(TestDatabase.class)
	void fencedStackIsAsItWas(TestDatabase database) {
		String name = Node.newName();
		Node node = database.shared();
		AppendStack<String> stack = node.structures().stack(name, String.class, DatabaseTests.bounds(3, 2));
		node.structures().fence(name);
		assertThat(stack.isEmpty()).isTrue();
		stack.push("a");
		node.structures().fence(name);
		stack.push("b");
		assertThat(stack.bounds()).isEqualTo(new StackBounds(3, 2));
		assertThat(DatabaseTests.items(stack)).containsExactly("a", "b");
		node.inTransaction(
				() -> assertThatIllegalStateException().isThrownBy(() -> node.structures().fence(name)).isNotNull());
	}

}
