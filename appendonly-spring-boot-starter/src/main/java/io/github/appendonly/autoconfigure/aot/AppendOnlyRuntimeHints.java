package io.github.appendonly.autoconfigure.aot;

import io.github.appendonly.autoconfigure.StackBeanRegistrar;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.boot.context.properties.bind.BindableRuntimeHintsRegistrar;

/**
 * What a native image has to know of the scripts, and of the properties that the
 * registrar of the stacks binds.
 */
class AppendOnlyRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources().registerPattern("db/appendonly/*/*.sql");
		BindableRuntimeHintsRegistrar.forTypes(StackBeanRegistrar.StackProperties.class).registerHints(hints);
	}

}
