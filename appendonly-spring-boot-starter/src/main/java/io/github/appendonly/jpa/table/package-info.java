/**
 * The tables: all JDBC statements. Each table has one class. The queries that read it for
 * users and operators are in {@code repository}. {@code SlicePages} reads the pages of
 * stacks, {@code ArchiveTable} those of archives.
 * <p>
 * On PostgreSQL, {@code BatchStatement} puts the single statement of a batch together:
 * {@code SliceTable.addNewAndSealed} seals full layers, and
 * {@code ArchiveTable.addMoveFromStack} archives pruned ones. With portable SQL,
 * {@code PortablePlanWriter} of the sequencer does both.
 * <p>
 * {@code SlicePages.Seen} and {@code ArchiveTable.Linked} apply the rule for expired
 * cursors, {@code ExpiryMark}, to stacks and archives.
 */
@NullMarked
package io.github.appendonly.jpa.table;

import org.jspecify.annotations.NullMarked;
