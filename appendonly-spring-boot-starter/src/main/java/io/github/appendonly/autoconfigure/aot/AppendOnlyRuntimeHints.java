package io.github.appendonly.autoconfigure.aot;

import io.github.appendonly.Gone;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * Keeps the scripts in a native image, and what the starter calls by reflection.
 */
class AppendOnlyRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		new BindingReflectionHintsRegistrar().registerReflectionHints(hints.reflection(), Gone.class);
		hints.resources().registerPattern("db/appendonly/*/*.sql");
		hints.reflection()
			.registerTypeIfPresent(classLoader, "org.springdoc.core.utils.SpringDocUtils",
					MemberCategory.INVOKE_PUBLIC_METHODS);
	}

}
