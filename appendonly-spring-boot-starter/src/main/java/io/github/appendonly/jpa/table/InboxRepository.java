package io.github.appendonly.jpa.table;

/**
 * Reads the rows of the stacks' inboxes.
 */
public interface InboxRepository extends QueueRepository<InboxRow> {

}
