package io.github.appendonly.autoconfigure;

import java.util.List;

/**
 * It is not clear which bean to use: there are several, or none with the name that a
 * property gives.
 */
class UnclearChoiceException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String property;

	private final List<String> candidates;

	/**
	 * Creates the exception.
	 * @param property the property that decides
	 * @param message why the choice is not clear
	 * @param candidates the possible values of the property
	 */
	UnclearChoiceException(String property, String message, List<String> candidates) {
		super(message);
		this.property = property;
		this.candidates = List.copyOf(candidates);
	}

	String property() {
		return this.property;
	}

	List<String> candidates() {
		return this.candidates;
	}

}
