package io.github.appendonly.jpa.follow;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.appendonly.AppendStack;
import io.github.appendonly.StartAt;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.SmallJvm;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A JVM with 128 MB has 10,000 followers of 1,000 stacks, and each of them gets what is
 * pushed.
 */
class FollowMemoryTests {

	private static final int STACKS = 1000;

	private static final int FOLLOWERS = 10;

	private static final int ITEMS = 3;

	@ParameterizedTest
	@EnumSource
	void tenThousandFollowersFitIntoALittleMemory(TestDatabase database, @TempDir Path directory) throws Exception {
		TestDatabase.Url url = SmallJvm.database(database, directory);
		String output = SmallJvm.run("128m", FollowMemoryTests.class, url, directory.resolve("output"));
		assertThat(output).contains("handed over " + STACKS * FOLLOWERS * ITEMS + System.lineSeparator());
	}

	/**
	 * Follows, and pushes: outside transactions first, then in transactions.
	 */
	public static void main(String[] args) throws InterruptedException {
		CountDownLatch outstanding = new CountDownLatch(STACKS * FOLLOWERS * ITEMS);
		try (Node node = new TestDatabase.Url(args[0]).start("spring.jpa.open-in-view=false")) {
			List<AppendStack<Integer>> stacks = new ArrayList<>();
			for (int i = 0; i < STACKS; i++) {
				AppendStack<Integer> stack = node.structures().stack("stack " + i, Integer.class);
				stacks.add(stack);
				for (int follower = 0; follower < FOLLOWERS; follower++) {
					stack.follow(StartAt.oldest(), (entry) -> outstanding.countDown());
				}
			}
			stacks.stream().map((stack) -> stack.pushAsync(1)).toList().forEach((pushed) -> pushed.join());
			for (int item = 2; item <= ITEMS; item++) {
				int pushed = item;
				node.inTransaction(() -> stacks.forEach((stack) -> stack.push(pushed)));
			}
			boolean done = outstanding.await(DatabaseTests.WAIT.toSeconds(), TimeUnit.SECONDS);
			System.out
				.println(done ? "handed over " + STACKS * FOLLOWERS * ITEMS : outstanding.getCount() + " are missing");
		}
		Runtime runtime = Runtime.getRuntime();
		System.gc();
		System.out.println("used " + (runtime.totalMemory() - runtime.freeMemory()) / 1_000_000 + " MB after the stop");
	}

}
