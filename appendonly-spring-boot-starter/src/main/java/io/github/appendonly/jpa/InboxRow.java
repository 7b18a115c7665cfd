package io.github.appendonly.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Table;

/**
 * What one transaction pushed onto one stack and the sequencer has yet to place.
 */
@Entity(name = "AppendOnlyInbox")
@Table(name = "appendonly_inbox")
class InboxRow extends QueueRow {

}
