package io.github.appendonly.sample;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.ReportAsSingleViolation;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/**
 * A short line of text that every database can store. It has no control characters, since
 * PostgreSQL refuses one of them. It has no single half of a surrogate pair, since that
 * has no UTF-8 form.
 */
@NotBlank
@Size(max = PlainText.MAX_LENGTH)
@Pattern(regexp = "[^\\p{Cc}\\p{Cs}]*")
@ReportAsSingleViolation
@Constraint(validatedBy = {})
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@interface PlainText {

	int MAX_LENGTH = 200;

	String message() default "must be a line of 1 to " + MAX_LENGTH + " characters";

	Class<?>[] groups() default {};

	Class<? extends Payload>[] payload() default {};

}
