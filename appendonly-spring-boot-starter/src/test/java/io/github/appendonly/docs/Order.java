package io.github.appendonly.docs;

import java.math.BigDecimal;

/**
 * An item of the README.
 *
 * @param number the number of the order
 * @param total what it costs
 */
public record Order(String number, BigDecimal total) {
}
