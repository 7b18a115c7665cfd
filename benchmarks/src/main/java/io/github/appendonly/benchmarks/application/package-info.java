/**
 * The application that is measured: an ordinary one with entities, repositories and
 * stacks.
 */
@NullMarked
package io.github.appendonly.benchmarks.application;

import org.jspecify.annotations.NullMarked;
