package io.github.appendonly.sample;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;

/**
 * Answers invalid requests with a problem detail that names the faulty fields.
 */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {

	@ExceptionHandler
	ProblemDetail replayRunning(ReplayRunningException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, ex.getMessage());
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(MethodArgumentNotValidException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		List<FieldProblem> problems = ex.getFieldErrors()
			.stream()
			.map((error) -> FieldProblem.of(error.getField(), error.getDefaultMessage()))
			.toList();
		return answer(ex, problems, headers, status, request);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleHandlerMethodValidationException(
			HandlerMethodValidationException ex, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		List<FieldProblem> problems = ex.getParameterValidationResults()
			.stream()
			.flatMap((result) -> result.getResolvableErrors()
				.stream()
				.map((error) -> FieldProblem.of(result.getMethodParameter().getParameterName(),
						error.getDefaultMessage())))
			.toList();
		return answer(ex, problems, headers, status, request);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(HttpMessageNotReadableException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		List<FieldProblem> problems = List.of();
		if (ex.getCause() instanceof DatabindException cause && !cause.getPath().isEmpty()) {
			String field = cause.getPath()
				.stream()
				.map(JacksonException.Reference::getPropertyName)
				.collect(Collectors.joining("."));
			problems = List.of(FieldProblem.of(field, "cannot be read"));
		}
		return answer(ex, problems, headers, status, request);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleTypeMismatch(TypeMismatchException ex, HttpHeaders headers,
			HttpStatusCode status, WebRequest request) {
		String field = (ex instanceof MethodArgumentTypeMismatchException argument) ? argument.getName()
				: ex.getPropertyName();
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(ex);
		return answer(ex, List.of(FieldProblem.of(field, cause.getMessage())), headers, status, request);
	}

	private @Nullable ResponseEntity<Object> answer(Exception ex, List<FieldProblem> problems, HttpHeaders headers,
			HttpStatusCode status, WebRequest request) {
		ProblemDetail body = ProblemDetail.forStatusAndDetail(status, "The request cannot be read");
		if (!problems.isEmpty()) {
			List<FieldProblem> sorted = problems.stream().sorted(Comparator.comparing(FieldProblem::field)).toList();
			body.setDetail(sorted.stream().map(FieldProblem::toString).collect(Collectors.joining("; ")));
			body.setProperty("errors", sorted);
		}
		return handleExceptionInternal(ex, body, headers, status, request);
	}

	/**
	 * A problem with one field of a body, or with one parameter.
	 *
	 * @param field the name of the field
	 * @param message the description of the problem
	 */
	record FieldProblem(String field, String message) {

		static FieldProblem of(@Nullable String field, @Nullable String message) {
			return new FieldProblem((field != null) ? field : "request", (message != null) ? message : "is wrong");
		}

		@Override
		public String toString() {
			return this.field + ": " + this.message;
		}

	}

}
