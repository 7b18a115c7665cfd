package io.github.appendonly.jpa.follow;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.transaction.Tenants;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Notifications over lines that the tests break.
 */
@ExtendWith(OutputCaptureExtension.class)
class NotificationsTests {

	private final List<List<String>> sent = new CopyOnWriteArrayList<>();

	private final List<Runnable> tasks = new ArrayList<>();

	private final List<Duration> delays = new ArrayList<>();

	private final AtomicInteger opened = new AtomicInteger();

	private final AtomicInteger left = new AtomicInteger();

	private final AtomicInteger open = new AtomicInteger();

	private final AtomicInteger woken = new AtomicInteger();

	private final AtomicBoolean deaf = new AtomicBoolean();

	private final AtomicBoolean refused = new AtomicBoolean();

	/** The threads that have opened lines. */
	private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

	private boolean exhausted;

	private volatile FakeLine line = new FakeLine();

	private final Watcher watcher = new Watcher((names) -> Map.of(),
			new Tenants(TestDatabase.H2.shared().bean(EntityManagerFactory.class)), (task, delay) -> {
			}, (stack) -> {
			}, new Watcher.Intervals(Duration.ofHours(1), Duration.ofHours(1)), (any) -> {
			}, System::nanoTime);

	private Notifications notifications = notifications(Duration.ofHours(1), Duration.ofHours(1));

	private Notifications notifications(Duration silence, Duration longPause) {
		return new Notifications(this::line, (payloads) -> {
			this.sent.add(payloads);
			if (!this.deaf.get()) {
				this.line.arriving.addAll(payloads);
			}
		}, this.watcher, (task, delay) -> {
			if (this.exhausted) {
				throw new OutOfMemoryError("unable to create native thread");
			}
			this.tasks.add(task);
			this.delays.add(delay);
		}, new Notifications.Waits(silence, Duration.ofMillis(50), Duration.ZERO, longPause));
	}

	private Line line() throws SQLException {
		this.threads.add(Thread.currentThread());
		this.opened.incrementAndGet();
		if (this.refused.get()) {
			throw new SQLException("refused");
		}
		this.open.incrementAndGet();
		this.line = new FakeLine();
		return this.line;
	}

	private final class FakeLine implements Line {

		private final BlockingQueue<String> arriving = new LinkedBlockingQueue<>();

		private final AtomicBoolean closed = new AtomicBoolean();

		@Override
		public List<String> receive(Duration limit) throws SQLException {
			try {
				String next = this.arriving.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
				if (this.closed.get() || "broken".equals(next)) {
					throw new SQLException("broken");
				}
				return (next != null) ? List.of(next) : List.of();
			}
			catch (InterruptedException ex) {
				throw new SQLException(ex);
			}
		}

		@Override
		public void leave() {
			NotificationsTests.this.left.incrementAndGet();
		}

		@Override
		public void close() {
			if (this.closed.compareAndSet(false, true)) {
				NotificationsTests.this.open.decrementAndGet();
				this.arriving.add("closed");
			}
		}

	}

	@AfterEach
	void stop() {
		this.notifications.stop();
		assertThat(this.open).hasValue(0);
	}

	private void listen() {
		this.watcher.watch("news", this.woken::incrementAndGet);
		this.notifications.listen();
		await().atMost(DatabaseTests.WAIT).until(() -> !this.sent.isEmpty());
	}

	private void awaitWoken(int times) {
		await().atMost(DatabaseTests.WAIT).untilAsserted(() -> assertThat(this.woken).hasValue(times));
	}

	@Test
	void changesAreGatheredAndSentAtMostFiftyTimesASecond() {
		this.notifications.changed("a");
		this.notifications.changed("b");
		this.notifications.changed("a");
		assertThat(this.tasks).hasSize(1);
		this.tasks.remove(0).run();
		assertThat(Notice.parse(this.sent.get(0).get(0)).stacks()).containsExactlyInAnyOrder("a", "b");
		this.delays.clear();
		this.notifications.changed("c");
		assertThat(this.delays).hasSize(1)
			.allSatisfy((delay) -> assertThat(delay).isLessThanOrEqualTo(Duration.ofMillis(20)));
		this.tasks.remove(0).run();
		assertThat(this.sent).hasSize(2);
	}

	@Test
	void noticeOfAnotherNodeWakesAndAnOwnOneDoesNot() {
		listen();
		this.line.arriving.addAll(Notice.payloads("other", List.of("news", "mails"), 8000));
		awaitWoken(1);
		this.notifications.changed("news");
		this.tasks.remove(0).run();
		this.line.arriving.addAll(Notice.payloads("other", List.of("news"), 8000));
		awaitWoken(2);
	}

	@Test
	void brokenLineIsMadeAnew() {
		listen();
		for (int line = 2; line <= 4; line++) {
			this.line.arriving.add("broken");
			awaitLines(line);
		}
		this.line.arriving.addAll(Notice.payloads("other", List.of("news"), 8000));
		awaitWoken(1);
		assertThat(this.left).hasValue(0);
	}

	/**
	 * Each line answers with its first sign of life.
	 */
	private void awaitLines(int lines) {
		await().atMost(DatabaseTests.WAIT).untilAsserted(() -> {
			assertThat(this.opened).hasValue(lines);
			assertThat(this.sent).hasSize(lines);
		});
	}

	@Test
	void outageIsToldOnce(CapturedOutput output) {
		this.refused.set(true);
		this.notifications.listen();
		await().atMost(DatabaseTests.WAIT).until(() -> this.opened.get() > 10);
		this.refused.set(false);
		listen();
		await().atMost(DatabaseTests.WAIT).until(() -> this.line.arriving.isEmpty());
		assertThat(output.getOut().split("is lost, or cannot be made", -1)).hasSize(2);
	}

	@Test
	void lineThatHasFallenSilentIsMadeAnew() {
		this.notifications = notifications(Duration.ofMillis(20), Duration.ofHours(1));
		listen();
		await().atMost(DatabaseTests.WAIT).until(() -> this.sent.size() > 3);
		assertThat(this.opened).hasValue(1);
		this.deaf.set(true);
		await().atMost(DatabaseTests.WAIT).until(() -> this.opened.get() > 1);
	}

	@Test
	void lineThatHasNeverCarriedAnythingIsLeftToldOnceAndTriedAgain(CapturedOutput output) {
		this.deaf.set(true);
		this.notifications = notifications(Duration.ofHours(1), Duration.ofMillis(1));
		listen();
		await().atMost(DatabaseTests.WAIT).until(() -> this.left.get() > 3);
		assertThat(output.getOut().split("PgBouncer", -1)).hasSize(2);
		this.deaf.set(false);
		int lines = this.opened.get();
		await().atMost(DatabaseTests.WAIT).until(() -> this.opened.get() > lines);
		await().atMost(DatabaseTests.WAIT).until(() -> {
			this.line.arriving.addAll(Notice.payloads("other", List.of("news"), 8000));
			return this.woken.get() > 0;
		});
	}

	@Test
	void stopIsPromptAndListeningBeginsAgainAfterAStart() {
		listen();
		this.notifications.stop();
		this.notifications.listen();
		assertThat(this.opened).hasValue(1);
		this.notifications.start();
		this.notifications.listen();
		await().atMost(DatabaseTests.WAIT).untilAsserted(() -> assertThat(this.opened).hasValue(2));
	}

	/**
	 * Each time with a line that is silent, and with a pause that is long.
	 */
	@Test
	void lineAndThreadEndWhenNothingIsFollowedAnyMoreAndBeginAnewLater() {
		this.notifications = notifications(Duration.ofMillis(20), Duration.ofHours(1));
		for (int line = 1; line <= 3; line++) {
			this.deaf.set(line == 3);
			this.notifications.listen();
			awaitOpened(line);
			if (line == 3) {
				await().atMost(DatabaseTests.WAIT).until(() -> this.left.get() > 0);
			}
			Thread listener = listeners().get(0);
			this.notifications.listenNoLonger();
			await().atMost(DatabaseTests.WAIT).until(() -> !listener.isAlive());
			assertThat(this.open).hasValue(0);
		}
	}

	private void awaitOpened(int lines) {
		await().atMost(DatabaseTests.WAIT).untilAsserted(() -> assertThat(this.opened).hasValue(lines));
	}

	private List<Thread> listeners() {
		return this.threads.stream().filter(Thread::isAlive).toList();
	}

	@Test
	void lineIsKeptIfSomethingIsFollowedAgainBeforeItEnds() {
		listen();
		this.notifications.listenNoLonger();
		this.notifications.listen();
		this.line.arriving.addAll(Notice.payloads("other", List.of("news"), 8000));
		awaitWoken(1);
		assertThat(this.opened).hasValue(1);
		assertThat(this.threads).hasSize(1);
	}

	/**
	 * The executor forgets what is not due when it is shut down.
	 */
	@Test
	void nodeNotifiesAgainAfterAStopThatForgotWhatWasToBeSent() {
		this.notifications.changed("a");
		this.tasks.clear();
		this.notifications.stop();
		this.notifications.start();
		this.notifications.changed("b");
		assertThat(this.tasks).hasSize(1);
		this.tasks.remove(0).run();
		assertThat(Notice.parse(this.sent.get(0).get(0)).stacks()).containsExactlyInAnyOrder("a", "b");
	}

	@Test
	void pushDoesNotFailIfNoThreadCanBeStartedAndTheNextOneNotifies() {
		this.exhausted = true;
		this.notifications.changed("a");
		this.exhausted = false;
		this.notifications.changed("b");
		this.tasks.remove(0).run();
		assertThat(Notice.parse(this.sent.get(0).get(0)).stacks()).containsExactlyInAnyOrder("a", "b");
	}

}
