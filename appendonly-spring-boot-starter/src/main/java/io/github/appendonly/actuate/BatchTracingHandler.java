package io.github.appendonly.actuate;

import java.util.stream.Stream;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationView;
import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler;
import org.jspecify.annotations.Nullable;

/**
 * Creates a span for each batch. The span begins a trace of its own, and is linked to the
 * spans in which the items were pushed.
 */
public final class BatchTracingHandler implements TracingObservationHandler<BatchObservationContext> {

	/** OpenTelemetry's default limit. */
	private static final int MAX_LINKS = 128;

	private final Tracer tracer;

	/**
	 * Creates spans with a tracer.
	 * @param tracer the tracer
	 */
	public BatchTracingHandler(Tracer tracer) {
		this.tracer = tracer;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof BatchObservationContext;
	}

	@Override
	public void onStart(BatchObservationContext context) {
		Span.Builder builder = this.tracer.spanBuilder().setNoParent().name(getSpanName(context));
		context.origins()
			.stream()
			.distinct()
			.flatMap((origin) -> Stream.ofNullable(span(origin)))
			.distinct()
			.limit(MAX_LINKS)
			.forEach((span) -> builder.addLink(new Link(span)));
		getTracingContext(context).setSpan(builder.start());
	}

	/**
	 * The span of the observation, or of its nearest ancestor that has one.
	 */
	private static @Nullable Span span(Observation origin) {
		for (ObservationView view = origin; view != null; view = view.getContextView().getParentObservation()) {
			TracingContext tracing = view.getContextView().get(TracingContext.class);
			if (tracing != null && tracing.getSpan() != null) {
				return tracing.getSpan();
			}
		}
		return null;
	}

	@Override
	public void onStop(BatchObservationContext context) {
		Span span = getRequiredSpan(context);
		tagSpan(context, span);
		endSpan(context, span);
	}

	@Override
	public Tracer getTracer() {
		return this.tracer;
	}

}
