package io.github.appendonly.jpa.repository;

import java.time.Instant;

/**
 * A row that was taken out of an inbox because it cannot be placed. Another program has
 * written it. It is kept in a table of its own until somebody repairs or deletes it.
 *
 * @param stack the name of the stack
 * @param id the id of the row in the table of these rows
 * @param inboxId the id that the row had in the inbox
 * @param length the number of items that the row claims to have
 * @param reason why the row cannot be placed
 * @param at when the row was set aside, by the clock of the node that did it
 */
public record SetAside(String stack, long id, long inboxId, int length, String reason, Instant at) {
}
