/**
 * The structures in a relational database, through JPA. A push joins the caller's
 * transaction, and a sequencer places it after the commit.
 */
@NullMarked
package io.github.appendonly.jpa;

import org.jspecify.annotations.NullMarked;
