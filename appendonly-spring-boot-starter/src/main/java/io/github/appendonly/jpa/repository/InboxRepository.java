package io.github.appendonly.jpa.repository;

import io.github.appendonly.jpa.entity.InboxRow;

/**
 * Reads the rows of the stacks' inboxes.
 */
public interface InboxRepository extends QueueRepository<InboxRow> {

}
