/**
 * What this node knows of stacks by their names, and of families by their prefixes: the
 * settings that handles have made.
 */
@NullMarked
package io.github.appendonly.jpa.family;

import org.jspecify.annotations.NullMarked;
