/**
 * The structures in a relational database, through JPA. A push joins the caller's
 * transaction, and a sequencer places it after the commit.
 * <p>
 * {@code PushRouter} sends each push on one of three ways, and {@code StackReader} says
 * what a read sees inside and outside transactions. {@code Engine} puts the parts
 * together.
 */
@NullMarked
package io.github.appendonly.jpa;

import org.jspecify.annotations.NullMarked;
