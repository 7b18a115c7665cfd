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
	 * There are several.
	 */
	UnclearChoiceException(String property, String several, List<String> candidates) {
		super("There are " + several + ", and none of them is primary");
		this.property = property;
		this.candidates = List.copyOf(candidates);
	}

	/**
	 * There is none of that name, or several.
	 */
	UnclearChoiceException(String property, String value, String kind, List<String> candidates) {
		super(property + " is '" + value + "', but there is no single " + kind + " of that name");
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
