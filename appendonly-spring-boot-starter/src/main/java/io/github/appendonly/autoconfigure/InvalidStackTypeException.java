package io.github.appendonly.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * The type of a stack in the properties is missing, or is not a class.
 */
class InvalidStackTypeException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String stack;

	private final @Nullable String type;

	InvalidStackTypeException(String stack, @Nullable String type) {
		super((type != null)
				? "appendonly.stacks." + stack + ".type names the class '" + type + "', which cannot be found"
				: "appendonly.stacks." + stack + ".type is missing");
		this.stack = stack;
		this.type = type;
	}

	String stack() {
		return this.stack;
	}

	@Nullable String type() {
		return this.type;
	}

}
