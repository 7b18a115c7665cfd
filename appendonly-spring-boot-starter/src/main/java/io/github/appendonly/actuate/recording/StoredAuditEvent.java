package io.github.appendonly.actuate.recording;

import java.time.Instant;
import java.util.Map;

import org.springframework.boot.actuate.audit.AuditEvent;

/**
 * An audit event as it is kept.
 *
 * @param recorded when it was written, by the clock of whoever wrote it; never long
 * before those that were written earlier
 * @param timestamp when it happened
 * @param principal who did it
 * @param type what it is
 * @param data what else is known
 */
record StoredAuditEvent(Instant recorded, Instant timestamp, String principal, String type, Map<String, Object> data) {

	AuditEvent event() {
		return new AuditEvent(this.timestamp, this.principal, this.type, this.data);
	}

}
