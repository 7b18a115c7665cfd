package io.github.appendonly.web;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

import io.github.appendonly.StartAt;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.filter.ShallowEtagHeaderFilter;
import org.springframework.web.method.support.AsyncHandlerMethodReturnValueHandler;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Answers with the {@link EntryEvents} that a method of a controller returns.
 */
public final class EntryEventsHandler implements AsyncHandlerMethodReturnValueHandler {

	/** Sent by a client that comes back: the id of the last event that it got. */
	static final String LAST_EVENT_ID = "Last-Event-ID";

	private final EventStreams streams;

	/**
	 * Creates the handler.
	 * @param streams where streams are opened
	 */
	public EntryEventsHandler(EventStreams streams) {
		this.streams = streams;
	}

	@Override
	public boolean supportsReturnType(MethodParameter returnType) {
		return EntryEvents.class == returnType.getParameterType()
				|| HttpEntity.class.isAssignableFrom(returnType.getParameterType());
	}

	/*
	 * So this handler comes before those of @ResponseBody and of entities.
	 */
	@Override
	public boolean isAsyncReturnValue(@Nullable Object returnValue, MethodParameter returnType) {
		return returnValue instanceof EntryEvents || isWrapped(returnValue);
	}

	private static boolean isWrapped(@Nullable Object returnValue) {
		return returnValue instanceof HttpEntity<?> entity && entity.getBody() instanceof EntryEvents;
	}

	@Override
	public void handleReturnValue(@Nullable Object returnValue, MethodParameter returnType,
			ModelAndViewContainer container, NativeWebRequest webRequest) throws Exception {
		if (isWrapped(returnValue)) {
			throw new IllegalStateException("The method " + returnType.getExecutable().toGenericString()
					+ " returns EntryEvents within another object: " + EntryEvents.NOT_HANDLED);
		}
		if (!(returnValue instanceof EntryEvents<?>) && returnValue != null) {
			throw new IllegalStateException("This handler is only for EntryEvents, and got a "
					+ returnValue.getClass().getName() + " of " + returnType.getExecutable().toGenericString()
					+ ". It must come after Spring's handler of HttpEntity");
		}
		container.setRequestHandled(true);
		if (returnValue instanceof EntryEvents<?> events) {
			answer(events, Objects.requireNonNull(webRequest.getNativeRequest(HttpServletRequest.class)),
					Objects.requireNonNull(webRequest.getNativeResponse(HttpServletResponse.class)));
		}
	}

	private void answer(EntryEvents<?> events, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		StartAt start = lastEventId(request).orElse(events.start());
		response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
		response.setHeader(HttpHeaders.CACHE_CONTROL, "no-cache, no-transform");
		response.setHeader("X-Accel-Buffering", "no");
		ShallowEtagHeaderFilter.disableContentCaching(request);
		response.flushBuffer();
		if (!HttpMethod.HEAD.matches(request.getMethod())) {
			this.streams.open(events, start, request, response);
		}
	}

	private static Optional<StartAt> lastEventId(HttpServletRequest request) {
		String id = request.getHeader(LAST_EVENT_ID);
		if (id == null || id.isEmpty()) {
			return Optional.empty();
		}
		try {
			return Optional.of(StartAt.parse(id));
		}
		catch (IllegalArgumentException ex) {
			ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST,
					"Header '" + LAST_EVENT_ID + "': " + ex.getMessage());
			throw new ErrorResponseException(HttpStatus.BAD_REQUEST, problem, ex);
		}
	}

}
