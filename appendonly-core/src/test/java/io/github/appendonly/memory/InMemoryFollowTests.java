package io.github.appendonly.memory;

import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.util.List;

import io.github.appendonly.AppendStack;
import io.github.appendonly.CursorAheadException;
import io.github.appendonly.FollowContractTests;
import io.github.appendonly.History;
import io.github.appendonly.HistoryContractTests.Archived;
import io.github.appendonly.Layer;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.RecordingFollower;
import io.github.appendonly.StackBounds;
import io.github.appendonly.StartAt;
import io.github.appendonly.Subscription;
import io.github.appendonly.state.AppendStackState;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class InMemoryFollowTests extends FollowContractTests {

	@Override
	protected Archived archived(StackBounds bounds) {
		InMemoryArchive<String> archive = new InMemoryArchive<>();
		return new Archived(new InMemoryAppendStack<>(bounds, archive::addLayer), archive);
	}

	@Test
	void cursorIsAheadOfAStackThatWasRestoredFromAnOlderState() {
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>();
		stack.pushAll(Numbered.items(0, 5));
		AppendStackState<String> backup = stack.state();
		stack.pushAll(Numbered.items(5, 10));
		RecordingFollower follower = new RecordingFollower();
		follower.follow(stack, StartAt.oldest());
		follower.awaitEntries(10);
		Position cursor = follower.subscription().cursor();
		follower.subscription().close();
		RecordingFollower resumed = new RecordingFollower();
		resumed.follow(new InMemoryAppendStack<>(backup), StartAt.after(cursor));
		assertThat(resumed.awaitFailure()).isInstanceOf(CursorAheadException.class);
		assertThat(resumed.subscription().cursor()).isEqualTo(cursor);
	}

	@Test
	void newestOfAStackWithoutItemsIsWhereItsNextItemComes() {
		AppendStackState<String> pruned = new AppendStackState<>(new StackBounds(2, 3),
				List.of(new Layer<>(7, List.of())));
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(pruned);
		RecordingFollower follower = new RecordingFollower();
		follower.follow(stack, StartAt.newest());
		stack.push("0");
		assertThat(follower.awaitEntries(1)).extracting((entry) -> entry.position())
			.containsExactly(new Position(7, 0));
		follower.subscription().close();
	}

	@Test
	@SuppressWarnings("FutureReturnValueIgnored") // the follower gets the item
	void itemsThatThePrunerPushesWakeFollowersToo() {
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(new StackBounds(10, 1));
		RecordingFollower follower = new RecordingFollower();
		follower.follow(stack, StartAt.oldest());
		stack.pushAll(Numbered.items(0, 10));
		follower.awaitEntries(10);
		stack.push("10", (layer) -> {
			stack.push("11", (next) -> {
			});
			stack.pushAsync("12");
		});
		assertThat(follower.awaitEntries(13)).isEqualTo(Numbered.entries(0, 13, 1));
		follower.subscription().close();
	}

	@Test
	@SuppressWarnings("unchecked") // the proxy is one of a stack
	void historyOfAStackBehindAProxyIsFollowed() {
		Archived archived = archived(new StackBounds(2, 3));
		AppendStack<String> proxy = (AppendStack<String>) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { AppendStack.class },
				(self, method, arguments) -> method.invoke(archived.stack(), arguments));
		RecordingFollower follower = new RecordingFollower();
		follower.follow(new History<>(proxy, archived.archive()), StartAt.after(Position.START));
		follower.awaitCaughtUp();
		proxy.pushAll(Numbered.items(0, 20));
		assertThat(follower.awaitEntries(20)).isEqualTo(Numbered.entries(0, 20, 3));
		follower.subscription().close();
	}

	@Test
	void threadsEndWhenIdle() throws Exception {
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>();
		RecordingFollower follower = new RecordingFollower();
		try (Subscription subscription = follower.follow(stack, StartAt.oldest())) {
			stack.push("0");
			follower.awaitEntries(1);
			while (Thread.getAllStackTraces().keySet().stream().anyMatch(InMemoryFollowTests::follows)) {
				Thread.onSpinWait();
			}
			stack.push("1");
			assertThat(follower.awaitEntries(2)).hasSize(2);
			assertThat(subscription.isActive()).isTrue();
		}
	}

	private static boolean follows(Thread thread) {
		return thread.getName().startsWith("appendonly-heap-");
	}

	@Test
	void stackThatNobodyUsesAnyMoreIsCollectedWithItsFollowers() {
		WeakReference<RecordingFollower> follower = followed();
		while (follower.get() != null) {
			System.gc();
		}
		assertThat(follower.get()).isNull();
	}

	private static WeakReference<RecordingFollower> followed() {
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>();
		RecordingFollower follower = new RecordingFollower();
		follower.follow(stack, StartAt.oldest());
		stack.push("0");
		follower.awaitEntries(1);
		return new WeakReference<>(follower);
	}

}
