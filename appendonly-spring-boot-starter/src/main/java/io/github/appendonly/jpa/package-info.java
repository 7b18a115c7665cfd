/**
 * The structures in a relational database, through JPA. A push joins the caller's
 * transaction, and is placed after the commit.
 * <p>
 * {@code PushRouter.push} chooses the way of a push: group commit, inbox, or placement in
 * the caller's transaction. {@code BatchStatement} of the tables writes a placed batch on
 * PostgreSQL, and {@code PortablePlanWriter} of the sequencer elsewhere.
 * {@code StackReader.open} decides what a read sees inside and outside transactions. The
 * rule for expired cursors is {@code ExpiryMark} in the core. {@code Engine} puts the
 * parts together.
 */
@NullMarked
package io.github.appendonly.jpa;

import org.jspecify.annotations.NullMarked;
