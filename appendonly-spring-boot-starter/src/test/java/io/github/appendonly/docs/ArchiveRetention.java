package io.github.appendonly.docs;

import java.time.Duration;
import java.time.Instant;

import io.github.appendonly.jpa.AppendOnlyStructures;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;

@Service
public class ArchiveRetention {

	private static final Duration KEPT = Duration.ofDays(90);

	private final AppendOnlyStructures structures;

	public ArchiveRetention(AppendOnlyStructures structures) {
		this.structures = structures;
	}

	@Scheduled(cron = "0 0 3 * * *")
	public void expireOldOrders() {
		this.structures.expireArchive("recent-orders", Instant.now().minus(KEPT));
	}

}
