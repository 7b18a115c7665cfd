package io.github.appendonly.autoconfigure.aot;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * Keeps the scripts in a native image, and what the starter calls by reflection.
 */
class AppendOnlyRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources().registerPattern("db/appendonly/*/*.sql");
		hints.reflection()
			.registerTypeIfPresent(classLoader, "org.springdoc.core.utils.SpringDocUtils",
					MemberCategory.INVOKE_PUBLIC_METHODS);
	}

}
