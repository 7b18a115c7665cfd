/**
 * Gives items their positions. The classes of this package decide which pushes are placed
 * together, place them, and report the outcome.
 */
@NullMarked
package io.github.appendonly.jpa.sequencer;

import org.jspecify.annotations.NullMarked;
