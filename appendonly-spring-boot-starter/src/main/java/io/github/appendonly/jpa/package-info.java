/**
 * The structures in a relational database, through JPA: pushes that join the caller's
 * transaction, and a sequencer that places them afterwards.
 */
@NullMarked
package io.github.appendonly.jpa;

import org.jspecify.annotations.NullMarked;
