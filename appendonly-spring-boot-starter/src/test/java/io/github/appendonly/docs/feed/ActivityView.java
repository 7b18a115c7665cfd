package io.github.appendonly.docs.feed;

import java.time.Instant;
import java.util.Map;

/**
 * What a client gets to see of an activity.
 *
 * @param author the name of who did it, as it is now
 * @param text what it was
 * @param at when it was
 */
public record ActivityView(String author, String text, Instant at) {

	static ActivityView of(Activity activity, Map<Long, String> names) {
		return new ActivityView(names.getOrDefault(activity.author(), "somebody"), activity.text(), activity.at());
	}

}
