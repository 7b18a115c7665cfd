package io.github.appendonly.docs;

/**
 * An item of the README.
 *
 * @param text what it says
 */
public record Notification(String text) {
}
