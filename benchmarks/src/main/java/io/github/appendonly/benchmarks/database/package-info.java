/**
 * The databases on which the contenders are measured.
 */
@NullMarked
package io.github.appendonly.benchmarks.database;

import org.jspecify.annotations.NullMarked;
