package io.github.appendonly.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains how to set the type of a stack's items.
 */
class InvalidStackTypeFailureAnalyzer extends AbstractFailureAnalyzer<InvalidStackTypeException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidStackTypeException cause) {
		String property = "appendonly.stacks." + cause.stack() + ".type";
		String action = (cause.type() != null) ? "Correct " + property
				+ ": it is the fully qualified name of a class on the class path. A nested class is written with '$'."
				: "Set " + property + " to the fully qualified name of the class of the items. For items of a generic "
						+ "type, declare a bean with AppendOnlyStructures.stack(name, new ParameterizedTypeReference<…>() {}) "
						+ "instead.";
		return new FailureAnalysis(cause.getMessage() + ".", action, cause);
	}

}
