package io.github.appendonly.docs;

import java.time.OffsetDateTime;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

@Service
public class ArchiveRetention {

	private final JdbcClient jdbc;

	public ArchiveRetention(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	public int forgetBefore(String archive, OffsetDateTime time) {
		return this.jdbc.sql("""
				delete from appendonly_archived_layer where archive = :archive and generation <
					(select max(generation) from appendonly_archived_layer
					where archive = :archive and archived_at < :time)""")
			.param("archive", archive)
			.param("time", time)
			.update();
	}

}
