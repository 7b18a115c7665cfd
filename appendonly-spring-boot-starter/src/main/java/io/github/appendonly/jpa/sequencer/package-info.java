/**
 * Gives items their positions: which pushes are placed together, how, and what becomes of
 * them.
 */
@NullMarked
package io.github.appendonly.jpa.sequencer;

import org.jspecify.annotations.NullMarked;
