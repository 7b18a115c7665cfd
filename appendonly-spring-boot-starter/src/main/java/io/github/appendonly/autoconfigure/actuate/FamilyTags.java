package io.github.appendonly.autoconfigure.actuate;

import java.util.Optional;

import io.github.appendonly.actuate.StackTags;
import io.github.appendonly.autoconfigure.AppendOnlyProperties;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;
import org.springframework.util.function.SingletonSupplier;

/**
 * Tags that know the families of this node. The structures need the listeners that have
 * the tags, so the tags look for the structures later, when something is measured.
 */
final class FamilyTags {

	private FamilyTags() {
	}

	static StackTags of(AppendOnlyProperties properties, Environment environment,
			ObjectProvider<JpaAppendOnlyStructures> structures) {
		SingletonSupplier<Optional<JpaAppendOnlyStructures>> known = SingletonSupplier
			.of(() -> structures.stream().findFirst());
		return new StackTags(properties.namedStacks(environment),
				(stack) -> known.obtain().flatMap((one) -> one.familyOf(stack)));
	}

}
