/**
 * The application that is measured: one as users have it, with entities, repositories and
 * stacks.
 */
@NullMarked
package io.github.appendonly.benchmarks.application;

import org.jspecify.annotations.NullMarked;
