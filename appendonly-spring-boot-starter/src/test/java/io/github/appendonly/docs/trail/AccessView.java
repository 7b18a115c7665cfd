package io.github.appendonly.docs.trail;

import java.time.Instant;
import java.util.Map;

public record AccessView(String person, long file, String what, boolean allowed, Instant at) {

	static AccessView of(Access access, Map<Long, String> names) {
		return new AccessView(names.getOrDefault(access.person(), "unknown"), access.file(), access.what(),
				access.allowed(), access.at());
	}

}
