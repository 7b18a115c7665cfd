package io.github.appendonly.sample;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.github.appendonly.Position;

import org.springframework.boot.jackson.JacksonMixin;
import org.springframework.core.convert.converter.Converter;
import org.springframework.stereotype.Component;

/**
 * Positions travel as text: in JSON through this mixin, in requests through the
 * converter.
 */
@JacksonMixin(Position.class)
abstract class PositionText {

	@Override
	@JsonValue
	public abstract String toString();

	@JsonCreator
	static Position parse(String text) {
		return Position.parse(text);
	}

	/**
	 * Reads the cursors in requests.
	 */
	@Component
	static class Reader implements Converter<String, Position> {

		@Override
		public Position convert(String text) {
			return Position.parse(text);
		}

	}

}
