package io.github.appendonly.sample;

import java.time.Duration;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the recorded week is fed in.
 *
 * @param enabled whether an empty database is filled with it
 * @param speed how many times faster than it happened
 * @param headStart how much of the week is there at once
 */
@ConfigurationProperties("quakes.replay")
@Validated
record ReplayProperties(@DefaultValue("true") boolean enabled, @DefaultValue("3600") @Positive double speed,
		@DefaultValue("24h") @NotNull Duration headStart) {
}
