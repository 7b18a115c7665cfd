package io.github.appendonly.docs.feed;

import java.time.Instant;

/**
 * What somebody did in a team, as it is stored.
 *
 * @param author the id of who did it
 * @param text what it was
 * @param at when it was
 */
public record Activity(long author, String text, Instant at) {
}
