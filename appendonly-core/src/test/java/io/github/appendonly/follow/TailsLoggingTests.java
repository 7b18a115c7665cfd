package io.github.appendonly.follow;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import io.github.appendonly.Entry;
import io.github.appendonly.Followable;
import io.github.appendonly.Follower;
import io.github.appendonly.StartAt;
import io.github.appendonly.Subscription;
import io.github.appendonly.memory.InMemoryAppendStack;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the engine tells the log, and what it does with errors that end the JVM.
 */
class TailsLoggingTests {

	private final ManualThreads threads = new ManualThreads();

	private final Tails<String> tails = new Tails<>(this.threads, IllegalStateException.class::isInstance,
			Interest.none());

	private final InMemoryAppendStack<String> stack = new InMemoryAppendStack<>();

	private final CountingSource source = new CountingSource(this.stack);

	private final Followable<String> numbers = this.tails.followable("numbers", this.source);

	private final Logger logger = Logger.getLogger(Tails.class.getName());

	private final RecordingHandler log = new RecordingHandler();

	@BeforeEach
	void record() {
		this.logger.addHandler(this.log);
		this.logger.setUseParentHandlers(false);
		this.stack.push("0");
	}

	@AfterEach
	void stopRecording() {
		this.logger.removeHandler(this.log);
		this.logger.setUseParentHandlers(true);
	}

	private static <X extends Throwable> Follower<String> failing(X failure) {
		return new Follower<>() {

			@Override
			public void onEntry(Entry<String> entry) throws Exception {
				if (failure instanceof Error error) {
					throw error;
				}
				throw (Exception) failure;
			}

		};
	}

	@Test
	void failureThatNobodyAsksForIsLogged() {
		Exception failure = new Exception("broken");
		try (Subscription subscription = this.numbers.follow(StartAt.oldest(), failing(failure))) {
			this.threads.runAll();
			assertThat(subscription.isActive()).isFalse();
		}
		assertThat(this.log.records).singleElement().satisfies((one) -> {
			assertThat(one.getLevel()).isEqualTo(Level.WARNING);
			assertThat(one.getThrown()).isSameAs(failure);
			assertThat(one.getMessage()).contains("stack 'numbers'").contains("start");
		});
	}

	@Test
	void readThatFailsForManyFollowersIsLoggedOnce() {
		this.source.afterRead = () -> {
			throw new IllegalArgumentException("cannot be read");
		};
		List<Subscription> all = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			all.add(this.numbers.follow(StartAt.oldest(), (entry) -> {
			}));
		}
		this.threads.runAll();
		assertThat(all).noneMatch(Subscription::isActive);
		assertThat(this.log.records).singleElement()
			.satisfies((one) -> assertThat(one.getThrown()).hasMessage("cannot be read"));
	}

	@Test
	void failureThatSomebodyAsksForIsNotLogged() {
		Subscription subscription = this.numbers.follow(StartAt.oldest(), failing(new Exception("broken")));
		assertThat(subscription.ended().toCompletableFuture()).isNotDone();
		this.threads.runAll();
		assertThat(subscription.ended().toCompletableFuture()).isCompletedExceptionally();
		assertThat(this.log.records).isEmpty();
	}

	@Test
	void beginningAndEndOfAnOutageAreLoggedOnce() {
		this.source.afterRead = () -> {
			throw new IllegalStateException("no database");
		};
		for (int i = 0; i < 3; i++) {
			this.tails.followable("key " + i, this.source).follow(StartAt.oldest(), (entry) -> {
			});
		}
		for (int i = 0; i < 20; i++) {
			this.threads.runRead();
		}
		assertThat(this.log.records).extracting(LogRecord::getLevel).containsExactly(Level.WARNING);
		assertThat(this.log.records.get(0).getMessage()).contains("stack 'numbers'");
		this.source.afterRead = () -> {
		};
		this.threads.runAll();
		assertThat(this.log.records).extracting(LogRecord::getLevel).containsExactly(Level.WARNING, Level.INFO);
	}

	@Test
	void errorOfAFollowerEndsItsSubscriptionOnly() {
		StackOverflowError failure = new StackOverflowError();
		Subscription failed = this.numbers.follow(StartAt.oldest(), failing(failure));
		List<Entry<String>> entries = new ArrayList<>();
		Subscription other = this.numbers.follow(StartAt.oldest(), entries::add);
		assertThat(failed.ended().toCompletableFuture()).isNotDone();
		this.threads.runAll();
		assertThat(failed.ended().toCompletableFuture()).isCompletedExceptionally();
		assertThat(other.isActive()).isTrue();
		assertThat(entries).containsExactly(Entry.of(0, 0, "0"));
	}

	@Test
	void errorThatEndsTheJvmReachesTheThreadToo() {
		OutOfMemoryError failure = new OutOfMemoryError("as if");
		Subscription failed = this.numbers.follow(StartAt.oldest(), failing(failure));
		assertThat(failed.ended().toCompletableFuture()).isNotDone();
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(this.threads::runAll).isSameAs(failure);
		assertThat(failed.ended().toCompletableFuture()).isCompletedExceptionally();
	}

	@Test
	void errorThatEndsTheJvmDuringAReadReachesTheThreadToo() {
		OutOfMemoryError failure = new OutOfMemoryError("as if");
		this.source.afterRead = () -> {
			throw failure;
		};
		Subscription failed = this.numbers.follow(StartAt.oldest(), (entry) -> {
		});
		assertThat(failed.ended().toCompletableFuture()).isNotDone();
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(this.threads::runAll).isSameAs(failure);
		this.threads.runAll();
		assertThat(failed.ended().toCompletableFuture()).isCompletedExceptionally();
	}

	private static final class RecordingHandler extends Handler {

		final List<LogRecord> records = new ArrayList<>();

		@Override
		public void publish(LogRecord entry) {
			this.records.add(entry);
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

	}

}
