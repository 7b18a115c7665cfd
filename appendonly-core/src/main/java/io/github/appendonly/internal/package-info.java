/**
 * Rules that the modules of appendonly share. This package is not part of the API:
 * applications must not use it, its classes change without notice, and the published
 * Javadoc leaves it out. It is public because Java has no visibility between a single
 * package and everybody.
 */
@NullMarked
package io.github.appendonly.internal;

import org.jspecify.annotations.NullMarked;
