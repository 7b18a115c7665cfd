package io.github.appendonly.sample;

import java.time.Duration;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The settings of the replay of the week.
 *
 * @param enabled Whether to fill an empty database with the week.
 * @param speed How many times faster than real time.
 * @param headStart Part of the week that is recorded at once.
 */
@ConfigurationProperties("quakes.replay")
@Validated
record ReplayProperties(@DefaultValue("true") boolean enabled, @DefaultValue("3600") @Positive double speed,
		@DefaultValue("24h") @NotNull Duration headStart) {
}
