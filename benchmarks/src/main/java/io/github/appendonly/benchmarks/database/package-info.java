/**
 * The databases that are measured on.
 */
@NullMarked
package io.github.appendonly.benchmarks.database;

import org.jspecify.annotations.NullMarked;
