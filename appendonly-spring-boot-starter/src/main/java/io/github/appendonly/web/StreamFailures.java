package io.github.appendonly.web;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells the log why streams end. An item that cannot be read or written ends the streams
 * of all clients, and again when they come back, and is told once.
 */
final class StreamFailures {

	private static final Log logger = LogFactory.getLog(EventStream.class);

	/** An older failure than these is told again. */
	private static final int REMEMBERED = 1000;

	private final Set<String> told = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
			return size() > REMEMBERED;
		}

	}));

	/**
	 * A stream ends.
	 * @param what what has failed: the structure, and the position if it is known
	 * @param cause the failure
	 */
	void ended(String what, Throwable cause) {
		if (this.told.add(what + cause)) {
			logger.error(
					"A stream of server-sent events ends. " + what + ". Others that end for this reason are not logged",
					cause);
		}
		else {
			logger.debug("A stream of server-sent events ends. " + what, cause);
		}
	}

}
