package io.github.appendonly.actuate.recording;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.jpa.item.ItemConversionException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class BackgroundWriterTests {

	private static final int CAPACITY = 5;

	private final List<Integer> written = new CopyOnWriteArrayList<>();

	/** Lets batches through, one for each permit. */
	private final Semaphore database = new Semaphore(Integer.MAX_VALUE / 2);

	private final AtomicInteger failures = new AtomicInteger();

	private final BackgroundWriter<Integer> writer = new BackgroundWriter<>("tests", CAPACITY, this::write);

	private void write(List<Integer> batch) {
		this.database.acquireUninterruptibly();
		if (this.failures.getAndUpdate((left) -> Math.max(left - 1, 0)) > 0) {
			throw new DataAccessResourceFailureException("away");
		}
		this.written.addAll(batch);
	}

	private void add(int from, int to) {
		IntStream.range(from, to).forEach(this.writer::add);
	}

	private static List<Integer> numbers(int from, int to) {
		return IntStream.range(from, to).boxed().toList();
	}

	private static List<String> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.equals("appendonly-tests"))
			.toList();
	}

	@BeforeAll
	static void logAllThatUsersSee() {
		logAt(LogLevel.INFO);
	}

	@AfterAll
	static void logAsOthersDo() {
		logAt(null);
	}

	private static void logAt(@Nullable LogLevel level) {
		LoggingSystem.get(BackgroundWriterTests.class.getClassLoader())
			.setLogLevel(BackgroundWriter.class.getName(), level);
	}

	@AfterEach
	void stop() {
		this.database.release(1000);
		this.writer.stop();
	}

	@Test
	void whatWasAddedIsWrittenInOrderAndWaitedForByAFlush() {
		this.writer.start();
		for (int number = 0; number < 1000; number++) {
			this.writer.add(number);
			this.writer.flush();
		}
		assertThat(this.written).isEqualTo(numbers(0, 1000));
		assertThat(this.writer.dropped()).isZero();
	}

	@Test
	void whatIsAddedBeforeTheStartIsWrittenThen() {
		add(0, 3);
		this.writer.start();
		this.writer.flush();
		assertThat(this.written).isEqualTo(numbers(0, 3));
	}

	@Test
	void newestAreDroppedAndCountedWhileTheQueueIsFullWithOneLineInTheLog(CapturedOutput output) {
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		new BackgroundWriterMetrics(List.of(this.writer)).bindTo(meters);
		add(0, CAPACITY + 7);
		assertThat(this.writer.dropped()).isEqualTo(7);
		assertThat(meters.get("appendonly.tests.dropped").functionCounter().count()).isEqualTo(7);
		assertThat(output.getOut().split("Too many tests wait", -1)).hasSize(2);
		this.writer.start();
		this.writer.flush();
		this.writer.add(99);
		this.writer.flush();
		assertThat(this.written).startsWith(0, 1, 2, 3, 4).hasSize(CAPACITY + 1).endsWith(99);
		assertThat(this.writer.dropped()).isEqualTo(7);
		this.database.drainPermits();
		add(100, 100 + CAPACITY + 3);
		assertThat(this.writer.dropped()).isEqualTo(10);
		assertThat(output.getOut().split("Too many tests wait", -1)).hasSize(3);
	}

	@Test
	void addingDoesNotWaitWhileTheWriterHangs() {
		this.database.drainPermits();
		this.writer.start();
		add(0, CAPACITY + 1);
		assertThat(this.writer.dropped()).isEqualTo(1);
		this.database.release(10);
		this.writer.flush();
		assertThat(this.written).isEqualTo(numbers(0, CAPACITY));
	}

	@Test
	void failedBatchIsWrittenOnceWhenTheDatabaseIsBackWithOneLineInTheLog(CapturedOutput output) {
		this.failures.set(3);
		this.writer.start();
		add(0, 3);
		await().until(() -> this.failures.get() == 0);
		await().until(() -> this.written.size() == 3);
		assertThat(this.written).isEqualTo(numbers(0, 3));
		assertThat(this.writer.dropped()).isZero();
		assertThat(output.getOut().split("Writing of tests fails", -1)).hasSize(2);
		this.writer.add(3);
		await().until(() -> this.written.size() == 4);
		this.failures.set(2);
		this.writer.add(4);
		await().until(() -> this.written.size() == 5);
		assertThat(this.written).isEqualTo(numbers(0, 5));
		assertThat(output.getOut().split("Writing of tests fails", -1)).hasSize(3);
	}

	/**
	 * The writer may have been waiting for a connection all the while.
	 */
	@Test
	void whatWasDroppedSinceTheLastSuccessIsToldWhenWritingGoesOn(CapturedOutput output) {
		add(0, CAPACITY + 2);
		this.failures.set(2);
		this.writer.start();
		await().until(() -> !lines(output, "works again").isEmpty());
		assertThat(lines(output, "works again")).singleElement()
			.asString()
			.endsWith("works again; 2 were dropped meanwhile");
		this.failures.set(1);
		this.writer.add(CAPACITY);
		await().until(() -> lines(output, "works again").size() == 2);
		assertThat(lines(output, "works again").get(1)).contains("INFO")
			.endsWith("works again; 0 were dropped meanwhile");
		assertThat(this.written).isEqualTo(numbers(0, CAPACITY + 1));
	}

	private static List<String> lines(CapturedOutput output, String part) {
		return output.getOut().lines().filter((line) -> line.contains(part)).toList();
	}

	@Test
	void uncertainCommitIsWrittenAgainWhichIsTold(CapturedOutput output) {
		AtomicInteger uncertain = new AtomicInteger(2);
		BackgroundWriter<Integer> doubting = new BackgroundWriter<>("tests", CAPACITY, (batch) -> {
			write(batch);
			if (uncertain.getAndDecrement() > 0) {
				throw new UncertainCommitException("perhaps", new IllegalStateException());
			}
		});
		doubting.add(0);
		doubting.add(1);
		doubting.start();
		await().until(() -> !lines(output, "works again").isEmpty());
		assertThat(this.written).containsExactly(0, 1, 0, 1, 0, 1);
		assertThat(lines(output, "tests fails;")).hasSize(1);
		assertThat(lines(output, "works again")).singleElement()
			.asString()
			.endsWith(
					"works again; 0 were dropped meanwhile, and 2 may be stored twice because a commit was uncertain");
		this.failures.set(1);
		doubting.add(2);
		await().until(() -> lines(output, "works again").size() == 2);
		doubting.stop();
		assertThat(lines(output, "works again").get(1)).endsWith("meanwhile");
		assertThat(this.written).hasSize(7).endsWith(2);
		assertThat(doubting.dropped()).isZero();
	}

	/**
	 * Each flush that waits takes a second, and all of them more than the test may take.
	 */
	@Test
	void flushDoesNotWaitWhileWritingFails(CapturedOutput output) {
		this.failures.set(Integer.MAX_VALUE);
		this.writer.start();
		this.writer.add(0);
		await().until(() -> output.getOut().contains("tests fails;"));
		flushOften();
		this.failures.set(0);
	}

	@Test
	void flushDoesNotWaitInATransaction() {
		this.database.drainPermits();
		this.writer.start();
		this.writer.add(0);
		TransactionSynchronizationManager.setActualTransactionActive(true);
		try {
			flushOften();
		}
		finally {
			TransactionSynchronizationManager.setActualTransactionActive(false);
		}
	}

	private void flushOften() {
		IntStream.range(0, 100).forEach((i) -> this.writer.flush());
		assertThat(this.written).isEmpty();
	}

	@Test
	void errorOfTheWriterDoesNotEndTheThread() {
		AtomicInteger errors = new AtomicInteger(1);
		BackgroundWriter<Integer> erring = new BackgroundWriter<>("tests", CAPACITY, (batch) -> {
			if (errors.getAndDecrement() > 0) {
				throw new StackOverflowError();
			}
			write(batch);
		});
		erring.start();
		erring.add(0);
		await().until(() -> this.written.size() == 1);
		erring.stop();
		assertThat(erring.dropped()).isZero();
	}

	@Test
	void batchesAreOfABoundedSize() {
		List<Integer> sizes = new CopyOnWriteArrayList<>();
		BackgroundWriter<Integer> large = new BackgroundWriter<>("tests", 1000, (batch) -> {
			sizes.add(batch.size());
			write(batch);
		});
		IntStream.range(0, 1000).forEach(large::add);
		large.start();
		large.flush();
		large.stop();
		assertThat(sizes).hasSize(10).containsOnly(100);
		assertThat(this.written).isEqualTo(numbers(0, 1000));
	}

	@Test
	void onlyWhatCannotBeWrittenIsDropped(CapturedOutput output) {
		BackgroundWriter<Integer> picky = new BackgroundWriter<>("tests", 1000, (batch) -> {
			if (batch.contains(57)) {
				throw new ItemConversionException("no", new IllegalStateException());
			}
			write(batch);
		});
		IntStream.range(0, 250).forEach(picky::add);
		picky.start();
		picky.flush();
		picky.stop();
		List<Integer> others = new ArrayList<>(numbers(0, 57));
		others.addAll(numbers(58, 250));
		assertThat(this.written).isEqualTo(others);
		assertThat(picky.dropped()).isEqualTo(1);
		assertThat(output).containsOnlyOnce("One of the tests is dropped because it cannot be written");
	}

	@Test
	void whatCanNeverBeWrittenIsDroppedAndHoldsUpNothing() {
		List<Integer> others = new CopyOnWriteArrayList<>();
		BackgroundWriter<Integer> picky = new BackgroundWriter<>("tests", CAPACITY, (batch) -> {
			if (batch.contains(1)) {
				throw new ItemConversionException("no", new IllegalStateException());
			}
			others.addAll(batch);
		});
		picky.start();
		picky.add(1);
		picky.flush();
		picky.add(2);
		picky.flush();
		picky.stop();
		assertThat(others).containsExactly(2);
		assertThat(picky.dropped()).isEqualTo(1);
	}

	@Test
	void stopWritesWhatIsQueuedAndEndsTheThread() throws Exception {
		this.database.drainPermits();
		this.writer.start();
		this.writer.add(0);
		await().until(this.database::hasQueuedThreads);
		add(1, CAPACITY);
		assertThat(threads()).hasSize(1);
		Thread stopping = new Thread(this.writer::stop);
		stopping.start();
		await().until(() -> !this.writer.isRunning());
		this.database.release(10);
		stopping.join();
		assertThat(this.written).isEqualTo(numbers(0, CAPACITY));
		assertThat(threads()).isEmpty();
	}

	@Test
	void stopGivesUpWhenTheDatabaseIsAwayAndCountsTheRest(CapturedOutput output) {
		this.failures.set(Integer.MAX_VALUE);
		this.writer.start();
		add(0, CAPACITY);
		this.writer.stop();
		await().until(() -> threads().isEmpty());
		assertThat(this.written).isEmpty();
		assertThat(this.writer.dropped()).isEqualTo(CAPACITY);
		assertThat(output).contains(CAPACITY + " tests are dropped");
		this.writer.add(6);
		assertThat(this.writer.dropped()).isEqualTo(CAPACITY + 1);
		this.failures.set(0);
		this.writer.start();
		this.writer.add(7);
		this.writer.flush();
		assertThat(this.written).containsExactly(7);
	}

	/**
	 * Each stop that waits for more than that takes seconds, and all of them more than
	 * the test may take.
	 */
	@Test
	void stopIsDoneWhenNothingIsQueued() {
		for (int round = 0; round < 20; round++) {
			this.writer.start();
			this.writer.add(round);
			this.writer.flush();
			this.writer.stop();
		}
		assertThat(this.written).isEqualTo(numbers(0, 20));
		assertThat(threads()).isEmpty();
	}

	@Test
	void threadThatWasGivenUpChangesNothingAnyMore() throws Exception {
		BlockingQueue<Thread> writing = new LinkedBlockingQueue<>();
		List<CountDownLatch> gates = List.of(new CountDownLatch(1), new CountDownLatch(1), new CountDownLatch(0));
		AtomicInteger calls = new AtomicInteger();
		BackgroundWriter<Integer> hanging = new BackgroundWriter<>("tests", CAPACITY, (batch) -> {
			CountDownLatch gate = gates.get(calls.getAndIncrement());
			writing.add(Thread.currentThread());
			awaitUninterruptibly(gate);
			this.written.addAll(batch);
		});
		hanging.start();
		hanging.add(0);
		Thread givenUp = writing.take();
		hanging.stop();
		assertThat(hanging.dropped()).isEqualTo(1);
		hanging.start();
		hanging.add(1);
		assertThat(writing.take()).isNotSameAs(givenUp);
		gates.get(0).countDown();
		givenUp.join();
		gates.get(1).countDown();
		hanging.flush();
		hanging.add(2);
		hanging.flush();
		hanging.stop();
		assertThat(this.written).containsExactly(0, 1, 2);
		assertThat(hanging.dropped()).isEqualTo(1);
	}

	@Test
	void manyThreadsLoseNothingThatWasNotCounted() throws Exception {
		this.writer.start();
		int threads = 4;
		int each = 2000;
		CountDownLatch go = new CountDownLatch(1);
		List<Thread> adding = new ArrayList<>();
		for (int thread = 0; thread < threads; thread++) {
			int from = thread * each;
			adding.add(new Thread(() -> {
				awaitUninterrupted(go);
				add(from, from + each);
			}));
		}
		adding.forEach(Thread::start);
		go.countDown();
		for (Thread thread : adding) {
			thread.join();
		}
		this.writer.stop();
		assertThat(this.written).doesNotHaveDuplicates();
		assertThat(this.written.size() + this.writer.dropped()).isEqualTo((long) threads * each);
		for (int thread = 0; thread < threads; thread++) {
			int from = thread * each;
			assertThat(this.written.stream().filter((number) -> number >= from && number < from + each).toList())
				.isSorted();
		}
	}

	/**
	 * As a driver waits, that does not care for interrupts.
	 */
	private static void awaitUninterruptibly(CountDownLatch latch) {
		while (latch.getCount() > 0) {
			LockSupport.parkNanos(1_000_000);
		}
	}

	private static void awaitUninterrupted(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void capacityIsAtLeastOne() {
		assertThatIllegalArgumentException().isThrownBy(() -> new BackgroundWriter<Integer>("tests", 0, (batch) -> {
		}));
	}

}
