package io.github.appendonly.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

import io.github.appendonly.jpa.sequencer.SequencerListener.Batch;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.TracingObservationHandler;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SequencerObservationsTests {

	private static SequencerObservations observing(ObservationRegistry registry) {
		return new SequencerObservations(registry, new StackTags(List.of("news")));
	}

	private static Batch batch(Optional<Throwable> failure) {
		return new Batch("news", 2, 3, 1, 4, Duration.ZERO, List.of(), failure);
	}

	@Test
	void batchIsAnObservationWithItsNumbers() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		observing(registry).begun("news", List.of()).accept(batch(Optional.empty()));
		TestObservationRegistryAssert.assertThat(registry)
			.hasSingleObservationThat()
			.hasNameEqualTo("appendonly.batch")
			.hasLowCardinalityKeyValue("stack", "news")
			.hasHighCardinalityKeyValue("appendonly.stack", "news")
			.hasHighCardinalityKeyValue("appendonly.items", "3")
			.hasHighCardinalityKeyValue("appendonly.pushes", "2")
			.hasHighCardinalityKeyValue("appendonly.inbox.rows", "1")
			.hasHighCardinalityKeyValue("appendonly.conflicts", "4")
			.doesNotHaveError()
			.hasBeenStarted()
			.hasBeenStopped();
	}

	@Test
	void stackThatIsNotNamedIsNoKeyOfLowCardinality() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		observing(registry).begun("user-1", List.of()).accept(batch(Optional.empty()));
		TestObservationRegistryAssert.assertThat(registry)
			.hasSingleObservationThat()
			.hasLowCardinalityKeyValue("stack", "other")
			.hasHighCardinalityKeyValue("appendonly.stack", "user-1");
	}

	@Test
	void failureOfABatchIsAnError() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		IllegalStateException failure = new IllegalStateException("no");
		observing(registry).begun("news", List.of()).accept(batch(Optional.of(failure)));
		TestObservationRegistryAssert.assertThat(registry).hasSingleObservationThat().hasError(failure);
	}

	@Test
	void batchIsNoChildOfTheCallerWhoseObservationComesBack() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		SequencerObservations observations = observing(registry);
		Observation caller = Observation.start("caller", registry);
		try (Observation.Scope scope = caller.openScope()) {
			assertThat(observations.origin()).isSameAs(caller);
			Consumer<Batch> end = observations.begun("news", List.of(caller));
			Observation inBatch = Objects.requireNonNull(registry.getCurrentObservation());
			assertThat(inBatch).isNotSameAs(caller);
			assertThat(inBatch.getContextView().getParentObservation()).isNull();
			end.accept(batch(Optional.empty()));
			assertThat(registry.getCurrentObservationScope()).isSameAs(scope);
		}
		assertThat(registry.getCurrentObservation()).isNull();
		caller.stop();
	}

	@Test
	void spanOfABatchIsTheFirstOfItsTraceAndLinkedToThoseOfThePushes() {
		SimpleTracer tracer = new SimpleTracer();
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig()
			.observationHandler(new ObservationHandler.FirstMatchingCompositeObservationHandler(
					new BatchTracingHandler(tracer), new DefaultTracingObservationHandler(tracer)));
		SequencerObservations observations = observing(registry);
		Observation other = Observation.start("other", registry);
		Observation caller = Observation.start("caller", registry);
		try (Observation.Scope scope = caller.openScope()) {
			Consumer<Batch> end = observations.begun("news", List.of(other, caller, caller));
			assertThat(tracer.currentSpan()).isSameAs(tracer.lastSpan());
			end.accept(batch(Optional.empty()));
			assertThat(tracer.currentSpan()).isSameAs(span(caller));
			assertThat(scope).isSameAs(registry.getCurrentObservationScope());
		}
		caller.stop();
		other.stop();
		SimpleSpan batch = tracer.getSpans()
			.stream()
			.filter((span) -> "appendonly batch".equals(span.getName()))
			.findFirst()
			.orElseThrow();
		assertThat(batch.getParentId()).isNullOrEmpty();
		assertThat(batch.getLinks()).extracting((link) -> link.getTraceContext().spanId())
			.containsExactly(span(other).context().spanId(), span(caller).context().spanId());
		assertThat(batch.getTags()).containsEntry("appendonly.items", "3");
	}

	private static Span span(Observation observation) {
		TracingObservationHandler.TracingContext tracing = observation.getContextView()
			.get(TracingObservationHandler.TracingContext.class);
		return Objects.requireNonNull(Objects.requireNonNull(tracing).getSpan());
	}

}
