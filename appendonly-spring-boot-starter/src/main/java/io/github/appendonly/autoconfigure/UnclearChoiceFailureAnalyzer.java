package io.github.appendonly.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Names the property that decides, and its possible values.
 */
class UnclearChoiceFailureAnalyzer extends AbstractFailureAnalyzer<UnclearChoiceException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnclearChoiceException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"Set " + cause.property() + " to one of: " + String.join(", ", cause.candidates())
						+ ". Or mark the one that the whole application should use by default as @Primary.",
				cause);
	}

}
