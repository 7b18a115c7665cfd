package io.github.appendonly.jpa;

/**
 * The rows of the stacks' inboxes.
 */
interface InboxRepository extends QueueRepository<InboxRow> {

}
