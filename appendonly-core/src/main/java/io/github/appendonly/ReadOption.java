package io.github.appendonly;

/**
 * What a reader that follows a structure asks for.
 */
public enum ReadOption {

	/**
	 * Items that cannot be read are reported in {@link Changes#unreadable()}, and the
	 * step goes on after them. Without this option, a step ends before the first of them,
	 * and a step that would begin with one fails.
	 */
	REPORT_UNREADABLE

}
