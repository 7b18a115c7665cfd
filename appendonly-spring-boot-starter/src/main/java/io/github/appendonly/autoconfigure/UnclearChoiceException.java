package io.github.appendonly.autoconfigure;

import java.util.List;

/**
 * There are several of something, or none that a property names, so that it is not clear
 * which one is to be used.
 */
class UnclearChoiceException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String property;

	private final List<String> candidates;

	/**
	 * Says why.
	 * @param property the property that chooses
	 * @param message why it is not clear
	 * @param candidates what there is to choose from
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
