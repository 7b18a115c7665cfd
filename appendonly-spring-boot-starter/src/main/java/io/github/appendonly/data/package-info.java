/**
 * Entries in the forms of Spring Data.
 */
@NullMarked
package io.github.appendonly.data;

import org.jspecify.annotations.NullMarked;
