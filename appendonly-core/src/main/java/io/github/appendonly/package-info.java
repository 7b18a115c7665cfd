/**
 * The API: append-only structures whose items keep a gap-free position for ever.
 */
@NullMarked
package io.github.appendonly;

import org.jspecify.annotations.NullMarked;
