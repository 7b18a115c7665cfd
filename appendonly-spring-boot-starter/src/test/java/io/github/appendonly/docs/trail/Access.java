package io.github.appendonly.docs.trail;

import java.time.Instant;

public record Access(long person, long file, String what, boolean allowed, Instant at) {
}
