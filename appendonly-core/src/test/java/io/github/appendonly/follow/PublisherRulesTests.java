package io.github.appendonly.follow;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.Flow;
import java.util.stream.Stream;

import io.github.appendonly.Changes;
import io.github.appendonly.Entries;
import io.github.appendonly.Entry;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import io.github.appendonly.StartAt;
import io.github.appendonly.memory.InMemoryAppendStack;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;

/**
 * Publishers keep the rules of Reactive Streams: those that its own test kit checks.
 */
class PublisherRulesTests {

	private static final long LONG_ENOUGH_MILLIS = 60_000;

	private static final long NO_SIGNAL_MILLIS = 30;

	private static final long POLL_MILLIS = 10;

	private static final long BEFORE_GARBAGE_COLLECTION_MILLIS = 500;

	private static final PoolThreads THREADS = new PoolThreads(2);

	@AfterAll
	static void endThreads() {
		THREADS.shutdown();
	}

	@TestFactory
	Stream<DynamicTest> rules() {
		return Arrays.stream(Verification.class.getMethods())
			.filter((method) -> method.isAnnotationPresent(org.testng.annotations.Test.class))
			.filter((method) -> !method.getName().startsWith("untested"))
			.sorted(Comparator.comparing(Method::getName))
			.map((method) -> DynamicTest.dynamicTest(method.getName(), () -> verify(method)));
	}

	private static void verify(Method method) throws Throwable {
		Verification verification = new Verification();
		verification.setUp();
		try {
			method.invoke(verification);
		}
		catch (InvocationTargetException ex) {
			Throwable cause = ex.getTargetException();
			throw (cause instanceof SkipException) ? new TestAbortedException(cause.getMessage(), cause) : cause;
		}
	}

	/**
	 * Publishers that end when there is nothing more to read, as if the application
	 * stopped then.
	 */
	private static final class Verification extends FlowPublisherVerification<Entry<String>> {

		Verification() {
			super(new TestEnvironment(LONG_ENOUGH_MILLIS, NO_SIGNAL_MILLIS, POLL_MILLIS),
					BEFORE_GARBAGE_COLLECTION_MILLIS);
		}

		@Override
		public long maxElementsFromPublisher() {
			return 5000;
		}

		@Override
		public Flow.Publisher<Entry<String>> createFlowPublisher(long elements) {
			InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(new StackBounds(100, 100));
			stack.pushAll(Numbered.items(0, (int) elements));
			return (subscriber) -> ending(stack).subscribe(subscriber);
		}

		private static Flow.Publisher<Entry<String>> ending(Entries<String> entries) {
			Tails<String> tails = new Tails<>(THREADS, (failure) -> false, Interest.none());
			CountingSource source = new CountingSource(entries) {

				@Override
				public Changes<String> since(Position than, int limit) {
					Changes<String> step = super.since(than, limit);
					if (step.entries().isEmpty()) {
						tails.close();
					}
					return new Changes<>(step.entries(), step.cursor(), false, false);
				}

			};
			return tails.followable("numbers", source).publisher(StartAt.after(Position.START));
		}

		@Override
		public Flow.Publisher<Entry<String>> createFailedFlowPublisher() {
			Tails<String> stopped = new Tails<>(THREADS, (failure) -> false, Interest.none());
			stopped.close();
			return stopped.followable("numbers", new CountingSource(new InMemoryAppendStack<>()))
				.publisher(StartAt.oldest());
		}

	}

}
