package io.github.appendonly.autoconfigure.app;

/**
 * What the application keeps in stacks.
 *
 * @param number the number of the order
 */
public record Order(String number) {
}
