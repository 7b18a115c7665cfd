package io.github.appendonly.jpa.item;

import tools.jackson.core.StreamReadConstraints;

/**
 * The result of one pass over the text of an item, before it is stored. It tells whether
 * any reader of JSON can parse the text, or whether it has to be tried.
 */
final class JsonScan {

	/*
	 * Each item that is written takes this pass. So it allocates nothing but this object,
	 * and looks at each character once.
	 *
	 * The shape is a hash of the structure of the text: the names of its properties, and
	 * the kinds of its values. Two texts of one shape differ in their texts and numbers
	 * only. The number of elements of an array does not matter, since the hashes of its
	 * elements are joined by OR.
	 */

	/** Deeper texts are not scanned to their end. */
	private static final int MAX_DEPTH = 64;

	private static final long OBJECT = 0x9E3779B97F4A7C15L;

	private static final long ARRAY = 0xC2B2AE3D27D4EB4FL;

	private static final long STRING = 0x165667B19E3779F9L;

	private static final long NUMBER = 0x27D4EB2F165667C5L;

	private static final long BOOLEAN = 0x85EBCA77C2B2AE63L;

	private static final long NULL = 0xD6E8FEB86659FD93L;

	private static final int END = -1;

	private final String json;

	private int index;

	private boolean regular = true;

	private boolean surrogates;

	private int longestName;

	private int longestString;

	private int longestNumber;

	private int deepest;

	private final long shape;

	private JsonScan(String json) {
		this.json = json;
		this.shape = value(0);
		skipBlanks();
		if (this.index < json.length()) {
			irregular();
		}
	}

	/**
	 * Scans a text.
	 * @throws IllegalArgumentException if the text is not a single JSON value; such a
	 * text would shift the positions of all items that are stored after it
	 */
	static JsonScan of(String json) {
		JsonScan scan = new JsonScan(json);
		if (!scan.regular) {
			JsonArray.requireOneValue(json);
		}
		return scan;
	}

	/**
	 * Returns whether a parser with some constraints certainly accepts the text, and
	 * finds a value other than null. Otherwise it may do so or not.
	 */
	boolean isParsedWithin(StreamReadConstraints constraints) {
		int length = this.json.length();
		return this.regular && this.shape != NULL && this.deepest <= constraints.getMaxNestingDepth()
				&& this.longestNumber <= constraints.getMaxNumberLength()
				&& this.longestName <= constraints.getMaxNameLength()
				&& this.longestString <= constraints.getMaxStringLength()
				&& (!constraints.hasMaxDocumentLength() || length <= constraints.getMaxDocumentLength())
				&& (!constraints.hasMaxTokenCount() || length <= constraints.getMaxTokenCount());
	}

	/**
	 * Returns whether the text may have surrogates. They may be unpaired.
	 */
	boolean mayHaveSurrogates() {
		return this.surrogates || !this.regular;
	}

	/**
	 * Returns a number that is the same for texts with the same structure. It has a
	 * meaning only if a parser accepts the text.
	 */
	long shape() {
		return this.shape;
	}

	private long value(int depth) {
		skipBlanks();
		return switch (peek()) {
			case '{' -> object(depth + 1);
			case '[' -> array(depth + 1);
			case '"' -> text();
			case 't' -> literal("true", BOOLEAN);
			case 'f' -> literal("false", BOOLEAN);
			case 'n' -> literal("null", NULL);
			default -> number();
		};
	}

	private long object(int depth) {
		long hash = OBJECT;
		if (enters(depth) && !skip('}')) {
			do {
				skipBlanks();
				hash = mixed(hash, name());
				skipBlanks();
				expect(':');
				hash = mixed(hash, value(depth));
				skipBlanks();
			}
			while (skip(','));
			expect('}');
		}
		return hash;
	}

	private long array(int depth) {
		long elements = 0;
		if (enters(depth) && !skip(']')) {
			do {
				elements |= value(depth);
				skipBlanks();
			}
			while (skip(','));
			expect(']');
		}
		return mixed(ARRAY, elements);
	}

	private static long mixed(long hash, long next) {
		long mixed = (hash ^ next) * OBJECT;
		return mixed ^ (mixed >>> 29);
	}

	/**
	 * Skips the opening bracket and the blanks that follow.
	 */
	private boolean enters(int depth) {
		this.index++;
		this.deepest = Math.max(this.deepest, depth);
		if (depth >= MAX_DEPTH) {
			irregular();
		}
		skipBlanks();
		return this.regular;
	}

	private long text() {
		this.longestString = Math.max(this.longestString, string());
		return STRING;
	}

	private long name() {
		int start = this.index;
		if (peek() != '"') {
			irregular();
			return 0;
		}
		int length = string();
		this.longestName = Math.max(this.longestName, length);
		long hash = length;
		for (int i = start + 1; i < this.index; i++) {
			hash = 31 * hash + this.json.charAt(i);
		}
		return hash;
	}

	/**
	 * Skips a string.
	 * @return the number of characters between the quotes; with escapes, it is more than
	 * the string has
	 */
	private int string() {
		String json = this.json;
		int start = this.index + 1;
		for (int i = start; i < json.length(); i++) {
			char c = json.charAt(i);
			if (c == '"') {
				this.index = i + 1;
				return i - start;
			}
			if (c == '\\') {
				i = escape(i + 1);
			}
			else if (c < ' ') {
				break;
			}
			else if (c >= Character.MIN_SURROGATE) {
				this.surrogates = true;
			}
		}
		irregular();
		return 0;
	}

	/**
	 * Returns the last index of an escape sequence.
	 * @param at the index after the backslash
	 */
	private int escape(int at) {
		char c = (at < this.json.length()) ? this.json.charAt(at) : ' ';
		if (c != 'u') {
			return ("\"\\/bfnrt".indexOf(c) >= 0) ? at : this.json.length();
		}
		int end = at + 4;
		for (int i = at + 1; i <= end; i++) {
			if (i >= this.json.length() || "0123456789abcdefABCDEF".indexOf(this.json.charAt(i)) < 0) {
				return this.json.length();
			}
		}
		return end;
	}

	private long literal(String literal, long hash) {
		if (this.json.startsWith(literal, this.index)) {
			this.index += literal.length();
		}
		else {
			irregular();
		}
		return hash;
	}

	private long number() {
		int start = this.index;
		skip('-');
		boolean zero = peek() == '0';
		int digits = digits();
		if (digits == 0 || (zero && digits > 1) || (skip('.') && digits() == 0)) {
			irregular();
		}
		if (skip('e') || skip('E')) {
			if (!skip('+')) {
				skip('-');
			}
			if (digits() == 0) {
				irregular();
			}
		}
		this.longestNumber = Math.max(this.longestNumber, this.index - start);
		return NUMBER;
	}

	private int digits() {
		int start = this.index;
		while (peek() >= '0' && peek() <= '9') {
			this.index++;
		}
		return this.index - start;
	}

	private void skipBlanks() {
		int c = peek();
		while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
			this.index++;
			c = peek();
		}
	}

	private boolean skip(char expected) {
		boolean found = peek() == expected;
		this.index += found ? 1 : 0;
		return found;
	}

	private void expect(char expected) {
		if (!skip(expected)) {
			irregular();
		}
	}

	private int peek() {
		return (this.index < this.json.length()) ? this.json.charAt(this.index) : END;
	}

	/**
	 * Ends the scan, since the rest of the text means nothing.
	 */
	private void irregular() {
		this.regular = false;
		this.index = this.json.length();
	}

}
