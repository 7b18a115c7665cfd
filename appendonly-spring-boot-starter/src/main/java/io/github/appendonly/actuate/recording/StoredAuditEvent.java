package io.github.appendonly.actuate.recording;

import java.time.Instant;
import java.util.Map;

import org.springframework.boot.actuate.audit.AuditEvent;

/**
 * An audit event as it is stored.
 *
 * @param recorded when it was written, by the clock of the node that wrote it; never long
 * before events that were written earlier
 * @param timestamp when it happened
 * @param principal who caused it
 * @param type its type
 * @param data its data
 */
record StoredAuditEvent(Instant recorded, Instant timestamp, String principal, String type, Map<String, Object> data) {

	AuditEvent event() {
		return new AuditEvent(this.timestamp, this.principal, this.type, this.data);
	}

}
