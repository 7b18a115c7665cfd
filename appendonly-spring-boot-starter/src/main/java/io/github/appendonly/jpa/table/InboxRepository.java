package io.github.appendonly.jpa.table;

/**
 * The rows of the stacks' inboxes.
 */
public interface InboxRepository extends QueueRepository<InboxRow> {

}
