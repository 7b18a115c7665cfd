package io.github.appendonly.jpa.item;

/**
 * Escapes the surrogates in JSON that are not one of a pair.
 */
final class LoneSurrogates {

	private LoneSurrogates() {
	}

	/**
	 * An unpaired surrogate has no form in UTF-8, and a driver would replace it silently.
	 * In JSON it can only be in a string, where it can be escaped.
	 */
	static String escaped(String json) {
		int length = json.length();
		for (int i = 0; i < length; i++) {
			if (json.charAt(i) >= Character.MIN_SURROGATE) {
				return withEscapedSurrogates(json, i);
			}
		}
		return json;
	}

	private static String withEscapedSurrogates(String json, int first) {
		StringBuilder escaped = new StringBuilder(json.length() + 16).append(json, 0, first);
		for (int i = first; i < json.length(); i++) {
			char c = json.charAt(i);
			if (!Character.isSurrogate(c)) {
				escaped.append(c);
			}
			else if (Character.isHighSurrogate(c) && i + 1 < json.length()
					&& Character.isLowSurrogate(json.charAt(i + 1))) {
				escaped.append(c).append(json.charAt(++i));
			}
			else {
				escaped.append(String.format("\\u%04x", (int) c));
			}
		}
		return escaped.toString();
	}

}
