/**
 * Items on their way to and from the database: encoded as JSON, cut into slices, decoded.
 */
@NullMarked
package io.github.appendonly.jpa.item;

import org.jspecify.annotations.NullMarked;
