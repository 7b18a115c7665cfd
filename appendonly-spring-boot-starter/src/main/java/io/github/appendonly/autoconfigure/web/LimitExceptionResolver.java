package io.github.appendonly.autoconfigure.web;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

import io.github.appendonly.internal.LimitTooLowException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * Answers a request that gave a limit below 1 with "bad request", and names its
 * parameter. A limit that is not from the request remains an error of the application.
 * <p>
 * The application's own exception handlers come first. If none of them handles the
 * exception, they get it once more as an {@link ErrorResponseException}, so the answer
 * has the same form as those to other bad requests.
 */
final class LimitExceptionResolver implements HandlerExceptionResolver, Ordered {

	private final HandlerExceptionResolver applicationResolvers;

	/**
	 * Creates the resolver.
	 * @param applicationResolvers the resolvers of Spring MVC and of the application
	 */
	LimitExceptionResolver(HandlerExceptionResolver applicationResolvers) {
		this.applicationResolvers = applicationResolvers;
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception ex) {
		if (!(ex instanceof LimitTooLowException tooLow)) {
			return null;
		}
		return parameter(request, String.valueOf(tooLow.limit()))
			.map((name) -> this.applicationResolvers.resolveException(request, response, handler,
					badRequest(name, tooLow)))
			.orElse(null);
	}

	private static Optional<String> parameter(HttpServletRequest request, String value) {
		return request.getParameterMap()
			.entrySet()
			.stream()
			.filter((parameter) -> Arrays.stream(parameter.getValue()).map(String::strip).anyMatch(value::equals))
			.map(Map.Entry::getKey)
			.sorted()
			.findFirst();
	}

	private static ErrorResponseException badRequest(String parameter, LimitTooLowException ex) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST,
				"Parameter '" + parameter + "' must be at least 1, but is " + ex.limit());
		return new ErrorResponseException(HttpStatus.BAD_REQUEST, problem, ex);
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
