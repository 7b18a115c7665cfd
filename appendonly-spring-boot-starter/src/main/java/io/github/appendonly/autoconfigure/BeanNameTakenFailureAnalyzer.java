package io.github.appendonly.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionOverrideException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Names the property whose bean has the name of another bean.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class BeanNameTakenFailureAnalyzer extends AbstractFailureAnalyzer<BeanDefinitionOverrideException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BeanDefinitionOverrideException cause) {
		boolean newIsOurs = StructureBeanOrigins.isOurs(cause.getBeanDefinition());
		BeanDefinition ours = newIsOurs ? cause.getBeanDefinition() : cause.getExistingDefinition();
		BeanDefinition other = newIsOurs ? cause.getExistingDefinition() : cause.getBeanDefinition();
		if (!StructureBeanOrigins.isOurs(ours)) {
			return null;
		}
		String property = StructureBeanOrigins.of(ours);
		return new FailureAnalysis(
				property + " makes a bean of the name '" + cause.getBeanName()
						+ "', but the application has another bean of that name, defined in "
						+ StructureBeanOrigins.of(other) + ".",
				"Rename one of them. The name of a structure in the properties is also its name in the database: to "
						+ "keep that, rename the other bean, or remove the structure from the properties and declare a "
						+ "bean for it with AppendOnlyStructures.",
				cause);
	}

}
