package io.github.appendonly.autoconfigure.restarted;

/**
 * What is kept by an application whose classes are loaded anew.
 *
 * @param text the text
 */
public record Note(String text) {
}
