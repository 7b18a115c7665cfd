package io.github.appendonly.jpa.key;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.appendonly.jpa.family.Prefixes;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * How long this node has the keys of stacks remembered. The times hold for all handles.
 * <p>
 * All methods may be called by many threads at once.
 */
public final class KeyRetentions {

	private static final Log logger = LogFactory.getLog(KeyRetentions.class);

	private final Map<String, Duration> times = new ConcurrentHashMap<>();

	private final Prefixes<Duration> families = new Prefixes<>();

	KeyRetentions() {
	}

	/**
	 * Sets the time for a stack.
	 */
	public void set(String stack, Duration time) {
		this.times.put(stack, time);
	}

	/**
	 * Sets the time for the members of a family that have no time of their own.
	 */
	public void setAll(String prefix, Duration time) {
		if (!this.families.put(prefix, time)) {
			logger.warn("There are too many families of stacks: the keyRetention of '" + prefix
					+ "' is not kept, and keys end with the layers of their items. Make one family of them");
		}
	}

	/**
	 * Returns the time for a stack; null if keys end with the layers of their items.
	 */
	@Nullable Duration of(String stack) {
		Duration time = this.times.get(stack);
		return (time != null) ? time : this.families.find(stack);
	}

}
