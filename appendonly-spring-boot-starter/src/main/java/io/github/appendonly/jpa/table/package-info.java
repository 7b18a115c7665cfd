/**
 * The tables: all statements and queries. Each table has one class with its JDBC
 * statements, and one Spring Data repository with the queries that read it for users and
 * operators.
 * <p>
 * On PostgreSQL, {@code BatchStatement} puts the single statement of a batch together:
 * {@code SliceTable.addNewAndSealed} seals full layers, and
 * {@code ArchiveTable.addMoveFromStack} archives pruned ones. On other databases,
 * {@code PortablePlanWriter} of the sequencer does both.
 */
@NullMarked
package io.github.appendonly.jpa.table;

import org.jspecify.annotations.NullMarked;
