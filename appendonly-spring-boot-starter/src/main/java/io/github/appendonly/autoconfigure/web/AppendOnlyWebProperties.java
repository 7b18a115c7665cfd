package io.github.appendonly.autoconfigure.web;

import java.time.Duration;

import io.github.appendonly.autoconfigure.InvalidPropertyException;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configuration properties for append-only structures on the web.
 *
 * @param sse Server-sent events.
 */
@ConfigurationProperties("appendonly.web")
public record AppendOnlyWebProperties(@DefaultValue Sse sse) {

	/**
	 * Properties of server-sent events.
	 *
	 * @param heartbeat Time between two comments that are sent to each client.
	 */
	public record Sse(@DefaultValue("15s") Duration heartbeat) {

		private static final Duration SHORTEST = Duration.ofMillis(100);

		/**
		 * Checks the time.
		 * @throws InvalidPropertyException if it is too short
		 */
		public Sse {
			if (heartbeat.compareTo(SHORTEST) < 0) {
				throw new InvalidPropertyException(
						"appendonly.web.sse.heartbeat must be at least 100ms, but is " + heartbeat,
						"Set a longer time, for example 15s.");
			}
		}

	}

}
