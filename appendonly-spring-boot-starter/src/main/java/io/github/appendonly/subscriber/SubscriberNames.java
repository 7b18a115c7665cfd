package io.github.appendonly.subscriber;

import java.util.regex.Pattern;

/**
 * Checks the names of subscribers.
 */
final class SubscriberNames {

	private static final Pattern ID = Pattern
		.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._:-]{0," + (SubscriberDefinition.ID_LENGTH - 1) + "}");

	private SubscriberNames() {
	}

	static String requireId(String id) {
		if (!ID.matcher(id).matches()) {
			throw new IllegalArgumentException("The id of a subscriber must have 1 to " + SubscriberDefinition.ID_LENGTH
					+ " letters, digits, dots, hyphens, underscores or colons, and begin with a letter or digit, but is \""
					+ id + "\"");
		}
		return id;
	}

}
